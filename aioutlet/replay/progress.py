"""The progress of a replay on standard error: events a second, and the time that is left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn


@contextmanager
def shown(title: str, first: int, last: int, *, is_shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A live bar over the positions from one to another; its function is told a position and how many events more."""
    columns = (
        SpinnerColumn(),
        TextColumn(title),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]:,} events {task.fields[rate]:,.0f}/s"),
        TextColumn("left"),
        TimeRemainingColumn(compact=True),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not (is_shown and console.is_terminal)) as bars:
        task, events = bars.add_task("", total=max(1, last - first + 1), events=0, rate=0.0), 0

        def advance(position: int, more: int) -> None:
            nonlocal events
            events += more
            elapsed = bars.tasks[0].elapsed or 1.0
            bars.update(task, completed=position - first + 1, events=events, rate=events / elapsed)

        yield advance

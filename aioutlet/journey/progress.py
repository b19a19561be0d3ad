"""The run as it is seen while it goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from aioutlet.journey.admin_client import Told
from aioutlet.journey.load_generator import Run

REFRESH = 0.25


@contextmanager
def step(console: Console, title: str, total: int) -> Iterator[Told]:
    """A bar for one step before the run; the step tells how many more are done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        task = bars.add_task(title, total=total)
        yield lambda more: bars.advance(task, more)


@asynccontextmanager
async def shown(console: Console, run: Run) -> AsyncIterator[None]:
    """A live bar of a run: it is full when every order has come to its end."""
    figures = "[cyan]{task.fields[placed]:,}[/] placed  [green]{task.fields[finished]:,}[/] completed  "
    figures += "[red]{task.fields[failed]:,}[/] failed  {task.fields[flying]:,} in flight  {task.fields[rate]:,.0f}/s"
    columns = (SpinnerColumn(), TextColumn("baskets"), BarColumn(), TextColumn(figures), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("", total=len(run.plan.baskets), **_figures(run))
        following = asyncio.create_task(_follow(bars, task, run))
        try:
            yield
        finally:
            following.cancel()
            _tell(bars, task, run)


async def _follow(bars: Progress, task: TaskID, run: Run) -> None:
    while True:
        _tell(bars, task, run)
        await asyncio.sleep(REFRESH)


def _tell(bars: Progress, task: TaskID, run: Run) -> None:
    ended = run.ledger.outcomes.total() + run.ledger.not_placed.total()
    bars.update(task, completed=ended, **_figures(run))


def _figures(run: Run) -> dict[str, Any]:
    ledger = run.ledger
    return {
        "placed": ledger.placed,
        "finished": ledger.outcomes["completed"],
        "failed": ledger.outcomes.total() - ledger.outcomes["completed"] + ledger.not_placed.total(),
        "flying": len(ledger.pending),
        "rate": ledger.outcomes.total() / run.elapsed if run.elapsed else 0.0,
    }

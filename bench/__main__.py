"""`python -m bench`: figures beside their peers, measured in the same run."""

import asyncio
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import orjson
import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.catalogue import CASES
from bench.machine import ROOT, facts
from bench.report import drawn, for_machines
from bench.sampling import Course, Result
from edge.logging import configure
from tests.services.part import Missing

RESULTS = ROOT / "bench" / "results" / "latest.json"
COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


def main(
    only: Annotated[list[str] | None, typer.Argument(help="Which figures, such as B1 B8; else all.")] = None,
    pairs: Annotated[int, typer.Option(min=1, help="Runs of each side.")] = 9,
    seconds: Annotated[float, typer.Option(min=0.1, help="Length of a run.")] = 2.5,
    events: Annotated[
        int | None, typer.Option(min=1, help="Length of the logs that are read or written whole.")
    ] = None,
    write: Annotated[Path, typer.Option(help="Where the figures go, as JSON.")] = RESULTS,
) -> None:
    """Measure, print a table, write it down; the exit code is 1 when a figure is below its floor.

    A figure that cannot be measured is said to be so, and those after it are measured.
    """
    console = Console()
    wanted = list(only or CASES)
    if unknown := [name for name in wanted if name not in CASES]:
        console.print(f"no figure is called {', '.join(unknown)}; there are: {', '.join(CASES)}", style="red")
        raise typer.Exit(2)
    configure("WARNING", "bench")
    results, failed = list[Result](), list[str]()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_measure(results, failed, console, wanted, (pairs, seconds, events)))
    except Missing as missing:
        console.print(str(missing), style="red", markup=False)
        raise typer.Exit(2) from missing
    finally:
        if results:
            machine = facts()
            console.print(drawn(results, machine))
            write.parent.mkdir(parents=True, exist_ok=True)
            write.write_bytes(orjson.dumps(for_machines(results, machine), option=orjson.OPT_INDENT_2) + b"\n")
    if failed:
        console.print(f"not measured: {', '.join(failed)}", style="red")
    raise typer.Exit(int(bool(failed) or not all(result.is_at_floor for result in results)))


async def _measure(
    results: list[Result],
    failed: list[str],
    console: Console,
    wanted: Sequence[str],
    lengths: tuple[int, float, int | None],
) -> None:
    pairs, seconds, events = lengths
    with Progress(*COLUMNS, console=console) as progress, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        for name in wanted:
            folder = Path(scratch, name)  # the tree of one figure's log is not that of another's
            await asyncio.to_thread(folder.mkdir)
            try:
                async with AsyncExitStack() as ends:
                    results += await CASES[name](Course(pairs, seconds, folder, progress, ends, events))
            except Missing:
                raise
            except Exception as error:
                console.print("".join(traceback.format_exception(error)), style="red", markup=False)
                failed.append(name)


if __name__ == "__main__":
    typer.run(main)

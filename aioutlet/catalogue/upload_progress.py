"""An import as it is seen on a terminal: its progress, and its report."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from aioutlet.catalogue import upload

NAMES = {
    "created": "created",
    "updated": "updated",
    "priceChanged": "with another price",
    "relisted": "relisted",
    "discontinued": "discontinued",
    "unchanged": "unchanged",
    "failed": "failed",
}
MAX_FAULTS = 100
"""Faults that are printed; the others are counted."""


@contextmanager
def shown(file: Path) -> Iterator[upload.Progress]:
    """A live bar of the file, with the products that are done and how many a second."""
    figures = TextColumn("[green]{task.fields[rows]:,}[/] products  {task.fields[rate]:,.0f}/s")
    columns = (SpinnerColumn(), BarColumn(), DownloadColumn(), figures, TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task, done = bars.add_task("", total=file.stat().st_size, rows=0, rate=0.0), 0

        def advance(*, read: int, rows: int) -> None:
            nonlocal done
            done += rows
            bars.update(task, advance=read, rows=done, rate=done / (bars.tasks[0].elapsed or 1.0))

        yield advance


def print_report(file: Path, report: upload.Report) -> None:
    """Print what is wrong with rows, as `file:line: what`, and what became of all of them."""
    console = Console(soft_wrap=True, highlight=False)
    for fault in report.faults[:MAX_FAULTS]:
        about = "".join(f"{name}: " for name in (fault.product_id, fault.field) if name)
        console.print(f"{file}:{fault.line}: {about}{fault.detail}", style="red", markup=False)
    if len(report.faults) > MAX_FAULTS:
        console.print(f"and {len(report.faults) - MAX_FAULTS:,} more", style="red")
    counts = ", ".join(f"{report.counts[name]:,} {NAMES[name]}" for name in upload.COUNTS if report.counts[name])
    rate = f"{report.rows / report.seconds:,.0f}/s" if report.seconds else ""
    done = "would be " if report.is_dry_run else ""
    console.print(f"{report.rows:,} rows in {report.seconds:,.1f} s ({rate}): {done}{counts or 'nothing to do'}")

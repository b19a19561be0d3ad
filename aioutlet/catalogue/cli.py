"""`aioutlet import` and `aioutlet export`: the catalogue of a running shop as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aioutlet.terminal import give_up
from schemas.catalogue_file.rows import FileFormat

if TYPE_CHECKING:
    from aioutlet.journey.running_shop import RunningShop

SOME_FAILED = 1
"""The exit code where some rows could not be imported."""
ENDINGS = {".csv": FileFormat.CSV, ".jsonl": FileFormat.JSON_LINES, ".ndjson": FileFormat.JSON_LINES}
FormatOption = Annotated[FileFormat | None, typer.Option("--format", help="If not as the name of the file ends.")]


def import_catalogue(
    file: Annotated[Path, typer.Argument(help="CSV or JSON Lines, a product a row.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and record nothing.")] = False,
    form: FormatOption = None,
    give_up_after: Annotated[
        float, typer.Option(min=1, help="Seconds without an answer after which to give up.")
    ] = 60.0,
) -> None:
    """Add or change the products of a file; an import that was interrupted is started again, and goes on."""
    import asyncio

    import httpx

    from aioutlet.catalogue.upload import Upload, describe_problem, import_file
    from aioutlet.catalogue.upload_progress import print_report, shown
    from schemas.errors import FileUnreadable

    upload = Upload(file, _format_of(file, form), is_dry_run=dry_run, give_up_after=give_up_after)
    shop = _shop()
    try:
        with shown(file) as progress:
            report = asyncio.run(import_file(shop, upload, progress))
    except FileUnreadable as fault:
        give_up(f"{file}:{fault.extra['line']}: {fault.detail}")
    except httpx.HTTPError as error:
        give_up(describe_problem(error))
    except OSError as error:
        give_up(f"{file}: {error.strerror}")
    print_report(file, report)
    raise typer.Exit(SOME_FAILED if report.failed else 0)


def export_catalogue(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; standard output, if left out.")] = None,
    form: FormatOption = None,
) -> None:
    """Write all products, also discontinued ones, as `aioutlet import` reads them."""
    import asyncio

    import httpx

    from aioutlet.catalogue.download import export_file
    from aioutlet.catalogue.upload import describe_problem

    chosen = _format_of(file, form) if file else form or FileFormat.CSV
    try:
        asyncio.run(export_file(_shop(), file, chosen))
    except httpx.HTTPError as error:
        give_up(describe_problem(error))
    except OSError as error:
        give_up(f"{file}: {error.strerror}")


def _format_of(file: Path, form: FileFormat | None) -> FileFormat:
    if form is None and file.suffix.lower() not in ENDINGS:
        give_up(f"{file}: say --format {' or '.join(FileFormat)}; only {', '.join(ENDINGS)} are known by their names")
    return form or ENDINGS[file.suffix.lower()]


def _shop() -> "RunningShop":
    from aioutlet.data_folder import NotRunning
    from aioutlet.journey.running_shop import RunningShop
    from aioutlet.settings import CannotStart, read

    try:
        return RunningShop.of(read())
    except (NotRunning, CannotStart) as fault:
        give_up(str(fault))

"""`aioutlet sql` and `aioutlet report`: questions to the log by DuckDB."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from aioutlet.admin.output import JsonOption, print_json, print_table
from aioutlet.terminal import give_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from history.tables.database import Answer, LogDatabase

T = TypeVar("T")
FromOption = Annotated[
    list[Path] | None,
    typer.Option("--from", exists=True, dir_okay=False, help="A .parquet or .jsonl file of a replay instead."),
]


def sql(
    query: Annotated[str, typer.Argument(help="One query, such as 'select count(*) from order_created'.")],
    files: FromOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, with the names of the columns.")] = False,
) -> None:
    """Ask the log in SQL: a view for each event, such as order_created, and events for all of them.

    Money is in minor units, times are in UTC, and what is sealed stays so. 'show tables' lists the views.
    """
    from aioutlet.analytics.extra import need

    need("duckdb")
    answer = ask(lambda database: database.ask(query), files or ())
    if as_csv:
        _print_csv(answer)
    elif as_json:
        print_json([dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.rows])
    else:
        print_table(answer.columns, [[_short(cell) for cell in row] for row in answer.rows])


def report(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("report.html"),
    files: FromOption = None,
) -> None:
    """Write what the log says of the shop to one HTML file, with plots: funnel, cohorts, refunds, departments."""
    from aioutlet.analytics.extra import need

    need("duckdb", "matplotlib")
    from aioutlet.analytics.report import build_report

    page = ask(build_report, files or ())
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        give_up(f"{file}: {error.strerror}")
    typer.echo(f"written to {file}")


def ask(question: "Callable[[LogDatabase], T]", files: Sequence[Path]) -> T:
    """Return what the log answers, or these files, or give up and say why."""
    import asyncio

    from aioutlet.analytics.asking import ask_log
    from aioutlet.data_folder import NotRunning
    from aioutlet.settings import CannotStart, read
    from history.tables.database import LogDatabase, QueryRefused
    from schemas.errors import Unavailable

    try:
        if not files:
            return asyncio.run(ask_log(read(), question))
        with LogDatabase(files) as database:
            return question(database)
    except (CannotStart, NotRunning, QueryRefused, Unavailable, OSError) as fault:
        give_up(str(fault))


def _print_csv(answer: "Answer") -> None:
    import csv
    import sys

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([[_plain(cell) for cell in row] for row in answer.rows])


def _plain(cell: object) -> object:
    """Return a cell as JSON and CSV have it: a time in RFC 3339, an exact number as text."""
    from datetime import date, datetime, timedelta
    from decimal import Decimal

    if isinstance(cell, (datetime, date)):
        return cell.isoformat().replace("+00:00", "Z")
    return str(cell) if isinstance(cell, (Decimal, timedelta, bytes)) else cell


def _short(cell: object) -> object:
    """Return a cell as a table has it: a time without its zone, which is UTC."""
    from datetime import datetime

    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else cell

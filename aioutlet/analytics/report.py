"""The report: one HTML file with a plot and a table for each question, which needs nothing else to be looked at."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from aioutlet.analytics import plots
from aioutlet.analytics.figures import COHORTS, DEPARTMENTS, FUNNEL, REFUNDS, SPAN, STEPS
from history.tables.database import LogDatabase
from schemas.currencies import to_whole_units

TEMPLATES = "templates"
Rows = Sequence[tuple[object, ...]]
LONGEST = {"day": timedelta(days=31), "week": timedelta(days=210)}
"""The span up to which there is a point for each day or week; beyond, for each month."""
MONEY = frozenset({"captured", "refunded", "revenue"})
SHARES = frozenset({"share", "rate"})
SECONDS = frozenset({"median", "p90", "p99"})


class Section(NamedTuple):
    """One question: what it is about, its plot, and all the figures."""

    title: str
    about: str
    plot: str
    columns: list[str]
    rows: list[list[str]]


class Question(NamedTuple):
    """What is asked in SQL, and how the answer is drawn."""

    title: str
    about: str
    sql: str
    draw: Callable[[Rows], str]


QUESTIONS = (
    Question("From cart to door", "How many came as far as each step.", FUNNEL, plots.draw_funnel),
    Question(
        "Revenue by department",
        "What was paid for goods and not refunded, without tax and shipping.",
        DEPARTMENTS,
        plots.draw_departments,
    ),
    Question(
        "Refunds", "Of what was captured at a time, the share that was refunded, whenever.", REFUNDS, plots.draw_refunds
    ),
    Question(
        "Who comes again",
        "Customers by the month of their first order; orders in later months.",
        COHORTS,
        plots.draw_cohorts,
    ),
    Question("Time of the saga's steps", "From the first request to its success.", STEPS, plots.draw_steps),
)


def build_report(database: LogDatabase) -> str:
    """Return the page of what a log says.

    Raises:
        QueryRefused: The files are none of a log.
    """
    [(first, last, count)] = database.ask(SPAN).rows
    environment = Environment(
        loader=PackageLoader("aioutlet.analytics", TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("report.html").render(
        events=f"{count:,}",
        first=_day(first),
        last=_day(last),
        sections=[_section(database, question, _step(first, last)) for question in QUESTIONS],
        style=(Path(__file__).parent / TEMPLATES / "report.css").read_text(encoding="utf-8"),
    )


def _section(database: LogDatabase, question: Question, step: str) -> Section:
    columns, rows = database.ask(question.sql.replace("$step", f"'{step}'"))
    shown = [[_written(name, cell, row, columns) for name, cell in zip(columns, row, strict=True)] for row in rows]
    return Section(question.title, question.about, question.draw(rows) if rows else "", columns, shown)


def _step(first: object, last: object) -> str:
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        return "day"
    return next((step for step, longest in LONGEST.items() if last - first <= longest), "month")


def _day(at: object) -> str:
    return f"{at:%-d %B %Y}" if isinstance(at, datetime) else "the beginning"


def _written(name: str, cell: object, row: Sequence[object], columns: Sequence[str]) -> str:
    """Return a cell as people read it: money in whole units, shares in per cent."""
    if name in MONEY and isinstance(cell, int):
        return f"{to_whole_units(cell, str(row[columns.index('currency')])):,}"
    if name in SHARES and isinstance(cell, int | float):
        return f"{cell:.1%}"
    if name in SECONDS and isinstance(cell, int | float):
        return f"{cell:,.3f} s"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)

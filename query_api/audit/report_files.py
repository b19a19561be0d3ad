"""A report as a file: HTML that prints, or CSV of which each row says what it is about."""

import csv
from functools import lru_cache
from io import StringIO
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from schemas.audit import AuditedEvent, AuditReport, ReportFormat

MEDIA_TYPES = {ReportFormat.CSV: "text/csv; charset=utf-8", ReportFormat.HTML: "text/html; charset=utf-8"}
TEMPLATE = "report.html"
COLUMNS = ("section", "day", "type", "outcome", "count", "position", "recordedAt", "actor", "stream", "facts")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a cell."""


def write_report(report: AuditReport, form: ReportFormat) -> bytes:
    """Return a report as a file."""
    return (_as_html(report) if form is ReportFormat.HTML else _as_csv(report)).encode()


def file_name(report: AuditReport, form: ReportFormat) -> str:
    """Return what the file of a report is called."""
    return f"audit-{report.first}-{report.last}.{form.value}"


def _as_html(report: AuditReport) -> str:
    return _template().render(report=report, facts=_facts)


@lru_cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    return environment.get_template(TEMPLATE)


def _as_csv(report: AuditReport) -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for day in report.days:
        writer.writerow({"section": "day", "day": day.day, "outcome": "any", "count": day.events})
        writer.writerow({"section": "day", "day": day.day, "outcome": "failure", "count": day.failures})
    for each in report.types:
        writer.writerow({"section": "type", "type": each.type, "outcome": each.outcome, "count": each.count})
    writer.writerows(map(_row, report.notable))
    return text.getvalue()


def _row(event: AuditedEvent) -> dict[str, object]:
    return {
        "section": "event",
        "type": event.type,
        "outcome": event.outcome,
        "position": event.position,
        "recordedAt": event.recorded_at,
        "actor": _cell(_actor(event)),
        "stream": event.stream,
        "facts": _cell(_facts(event)),
    }


def _actor(event: AuditedEvent) -> str:
    return f"{event.actor.type} {event.actor.id}" if event.actor else ""


def _facts(event: AuditedEvent) -> str:
    return "; ".join(f"{name}: {value}" for name, value in event.facts.items())


def _cell(text: str) -> str:
    """Return a text that a spreadsheet takes for one."""
    return f"'{text}" if text.startswith(FORMULA) else text

"""Builds the reference page of the views that `aioutlet sql` answers from."""

from aioutlet.pages.markdown import code, page, table
from history.tables.fields import ENVELOPE
from history.tables.views import EVENTS_VIEW, describe_views, view_of
from schemas.registry import EVENTS

LEAD = """\
The views that `aioutlet sql` has over [the log](../how-to/replay-and-query.md), with DuckDB's types: one of all events,
one for each event, and one for each list in an event's data, with the position of its event and the number of the row.
[What each event means](events.md). Amounts are whole numbers of minor units, with their currency beside them; times are
in UTC; a sealed field is its ciphertext as JSON. A field that an event of an older release does not have is null."""


def tables_page() -> str:
    """Return the page of all views and their columns."""
    views = describe_views()
    events = {view_of(event): event.wire_name for event in EVENTS.values()}
    own = f"Each view of one event begins with {', '.join(map(code, ENVELOPE))}; these are left out below."
    every = f"## `{EVENTS_VIEW}`\n\n{_columns(views[EVENTS_VIEW])}\n\n{own}"
    sections = [
        _section(name, columns, events.get(name)) for name, columns in sorted(views.items()) if name != EVENTS_VIEW
    ]
    return page("Views of the log in SQL", LEAD, every, *sections)


def _section(name: str, columns: dict[str, str], event: str | None) -> str:
    rest = {column: kind for column, kind in columns.items() if event is None or column not in ENVELOPE}
    of = f"Of [`{event}`](events.md#{event}).\n\n" if event else ""
    return f"## `{name}`\n\n{of}{_columns(rest) if rest else 'No more columns.'}"


def _columns(columns: dict[str, str]) -> str:
    return table(("column", "type"), [(code(name), code(kind.replace('"', ""))) for name, kind in columns.items()])

"""A view for each event in SQL, and one for each list of its data, over the columns of the log.

`order_created` has a row for each event and `order_created_items` one for each item, with the position of its event.
Money is an integer of minor units beside its currency.
"""

from typing import Any

import orjson
from pydantic import BaseModel

from history.tables.columns import COLUMNS
from history.tables.fields import ENVELOPE, Column, columns_of, lists_of, type_of
from schemas.message import Event
from schemas.registry import EVENTS

EVENTS_VIEW = "events"
"""The view of all events."""
NUMBER = "number"
"""The column that numbers the rows of a list, from 1."""


def view_of(event: type[Event]) -> str:
    """Return the name of an event's view."""
    return event.wire_name.replace(".", "_")


def describe_views() -> dict[str, dict[str, str]]:
    """Return the columns of every view and their types."""
    views = {EVENTS_VIEW: {name: kind for name, (kind, _) in COLUMNS.items()}}
    for event in EVENTS.values():
        envelope = {name: COLUMNS[name][0] for name in ENVELOPE}
        views[view_of(event)] = envelope | {column.name: column.type for column in columns_of(event)}
        for name, (_, model) in lists_of(event).items():
            own = {column.name: column.type for column in columns_of(model)}
            views[f"{view_of(event)}_{name}"] = {"position": "BIGINT", NUMBER: "BIGINT"} | own
    return views


def create_views(rows: str) -> list[str]:
    """Return the statements that create all views over the rows of a query with the columns of the log."""
    statements = [f"CREATE VIEW {EVENTS_VIEW} AS {rows}"]
    for event in EVENTS.values():
        statements.append(_event_view(event))
        statements += [_list_view(event, name, alias, model) for name, (alias, model) in lists_of(event).items()]
    return statements


def _event_view(event: type[Event]) -> str:
    columns = columns_of(event)
    envelope = ", ".join(ENVELOPE)
    data = _parsed(event) if columns else "NULL"
    selected = ", ".join([envelope, *(_selected(column, "fields") for column in columns)])
    return (
        f"CREATE VIEW {view_of(event)} AS SELECT {selected} FROM (SELECT {envelope}, {data} AS fields"  # noqa: S608  # our own names
        f" FROM {EVENTS_VIEW} WHERE type = '{event.wire_name}')"
    )


def _list_view(event: type[Event], name: str, alias: str, model: type[BaseModel]) -> str:
    selected = ", ".join(["position", NUMBER, *(_selected(column, "item") for column in columns_of(model))])
    return (
        f"CREATE VIEW {view_of(event)}_{name} AS SELECT {selected} FROM (SELECT position,"  # noqa: S608  # our own names
        f' unnest(fields."{alias}") AS item, generate_subscripts(fields."{alias}", 1) AS {NUMBER}'
        f" FROM (SELECT position, {_parsed(event)} AS fields FROM {EVENTS_VIEW} WHERE type = '{event.wire_name}'))"
    )


def _parsed(event: type[Event]) -> str:
    structure = {field.alias or name: _structure(field.annotation) for name, field in event.model_fields.items()}
    return f"from_json(data, '{orjson.dumps(structure).decode()}')"


def _structure(annotation: Any) -> str:
    return type_of(annotation)


def _selected(column: Column, of: str) -> str:
    path = ".".join(f'"{each}"' for each in column.path)
    return f'{of}.{path} AS "{column.name}"'

"""Builds a JSON Schema file for every version of every event."""

from collections.abc import Callable
from functools import partial

import orjson

from aioutlet.event_shapes.released import Shapes, load_shapes
from aioutlet.event_shapes.shape import described_shape_of
from schemas.message import Event
from schemas.registry import EVENTS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_files() -> dict[str, Callable[[], str]]:
    """Return the function that builds each file, by its name."""
    released = load_shapes()
    return {
        f"schemas/{event.wire_name}.v{version}.json": partial(_schema_file, event, version, released)
        for event in EVENTS.values()
        for version in range(1, event.schema_version + 1)
    }


def _schema_file(event: type[Event], version: int, released: Shapes) -> str:
    is_current = version == event.schema_version
    shape = described_shape_of(event) if is_current else released[event.wire_name][version]
    head = {
        "$schema": DIALECT,
        "$id": f"urn:aioutlet:event:{event.wire_name}:{version}",
        "title": event.wire_name,
    }
    return orjson.dumps(head | shape, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()

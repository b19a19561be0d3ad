"""The shapes of all events that were ever released, kept in a file beside the events."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

import schemas
from aioutlet.event_shapes.shape import Shape, shape_of
from schemas.message import Event

FILE = Path(schemas.__path__[0]) / "released_shapes.json"
Shapes = Mapping[str, Mapping[int, Shape]]
"""By wire name and version."""


def load_shapes(file: Path = FILE) -> Shapes:
    """Return the released shapes."""
    released = orjson.loads(file.read_bytes())
    return {name: {int(version): shape for version, shape in shapes.items()} for name, shapes in released.items()}


def as_file(shapes: Shapes) -> bytes:
    """Return the bytes of the file."""
    kept = {name: {str(version): shape for version, shape in by_version.items()} for name, by_version in shapes.items()}
    return orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def with_current(released: Shapes, events: Iterable[type[Event]]) -> Shapes:
    """Return the shapes of these events as they are now, and of their earlier versions as they were released."""
    return {
        event.wire_name: {
            **{v: shape for v, shape in released.get(event.wire_name, {}).items() if v < event.schema_version},
            event.schema_version: shape_of(event),
        }
        for event in events
    }

"""What may not be done to a released event: change it without a version, an upcaster and golden bytes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from aioutlet.event_shapes.released import Shapes
from aioutlet.event_shapes.shape import Shape, shape_of
from schemas.message import Event

Version = tuple[str, int]
"""A wire name and a version of it."""


def find_breaks(
    released: Shapes, events: Iterable[type[Event]], upcasters: Collection[Version], golden: Collection[Version]
) -> list[str]:
    """Return, a line each, why a released event could not be read any more, or is not what was promised.

    `upcasters` are the versions that are lifted to the next one, and `golden` those whose bytes are kept.
    """
    current = {event.wire_name: event for event in events}
    return [
        *(f"{name} was released and is gone" for name in sorted(released.keys() - current.keys())),
        *(line for name, event in current.items() for line in _find_breaks_of(event, released.get(name, {}))),
        *_find_missing(current, upcasters, golden),
    ]


def find_differences(released: Shape, current: Shape) -> list[str]:
    """Return, a line each, how an event differs from its released shape; optional fields may be added."""
    old, new = dict(_leaves(released)), dict(_leaves(_without_added(current, released)))
    return [
        *(f"{path} was {old[path]!r} and is gone" for path in sorted(old.keys() - new.keys())),
        *(f"{path} is {new[path]!r} and was not there" for path in sorted(new.keys() - old.keys())),
        *(
            f"{path} was {old[path]!r} and is {new[path]!r}"
            for path in sorted(old.keys() & new.keys())
            if old[path] != new[path]
        ),
    ]


def _find_breaks_of(event: type[Event], released: Mapping[int, Shape]) -> Iterator[str]:
    name, version, newest = event.wire_name, event.schema_version, max(released, default=0)
    if version < newest:
        yield f"{name} v{newest} was released, and the current version is {version}"
    elif version > newest + 1:
        yield f"{name} v{newest + 1} is left out: v{version} follows v{newest}"
    elif version == newest:
        yield from (f"{name} v{version}: {line}" for line in find_differences(released[version], shape_of(event)))


def _find_missing(
    current: Mapping[str, type[Event]], upcasters: Collection[Version], golden: Collection[Version]
) -> Iterator[str]:
    versions = {(name, v) for name, event in current.items() for v in range(1, event.schema_version + 1)}
    earlier = {(name, v) for name, v in versions if v < current[name].schema_version}
    yield from (f"{name} v{v} has no golden bytes" for name, v in sorted(versions - set(golden)))
    yield from (f"{name} v{v} has no upcaster to v{v + 1}" for name, v in sorted(earlier - set(upcasters)))
    yield from (f"{name} v{v} has an upcaster to no version" for name, v in sorted(set(upcasters) - earlier))


def _without_added(current: Any, released: Any) -> Any:
    """Leave out the optional fields that the released shape does not have."""
    match current, released:
        case dict(), dict():
            added = current.get("properties", {}).keys() - released.get("properties", {}).keys()
            optional = added - set(current.get("required", ()))
            fields = {name: field for name, field in current.get("properties", {}).items() if name not in optional}
            kept = current | {"properties": fields} if optional else current
            return {key: _without_added(value, released.get(key)) for key, value in kept.items()}
        case list(), list() if len(current) == len(released):
            return [_without_added(new, old) for new, old in zip(current, released, strict=True)]
    return current


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, object]]:
    match node:
        case dict() if node:
            for key, value in node.items():
                yield from _leaves(value, path if key == "properties" else f"{path}.{key}".removeprefix("."))
        case [dict(), *_]:
            for index, value in enumerate(node):
                yield from _leaves(value, f"{path}.{index}")
        case list():
            yield from ((f"{path}.{value}", True) for value in node)
        case _:
            yield path, node

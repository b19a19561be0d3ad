"""The shape of an event: the JSON Schema of its data, with everything it refers to in place."""

from typing import Any

from schemas.message import Event

Shape = dict[str, Any]
_REF = "#/$defs/"


def shape_of(event: type[Event]) -> Shape:
    """Return the shape of an event as this release writes it, without words."""
    return _shape(event, left_out=frozenset({"$defs", "title", "description"}))


def described_shape_of(event: type[Event]) -> Shape:
    """Return the shape of an event with what its fields mean, where that is said."""
    return _shape(event, left_out=frozenset({"$defs", "title"}))


def _shape(event: type[Event], left_out: frozenset[str]) -> Shape:
    schema = event.model_json_schema(by_alias=True, mode="serialization", ref_template=_REF + "{model}")
    named: dict[str, Shape] = schema.get("$defs", {})

    def plain(node: Any) -> Any:
        match node:
            case {"$ref": str(ref), **rest}:
                return plain(named[ref.removeprefix(_REF)]) | plain(rest)
            case {"properties": dict(fields), **rest}:
                return plain(rest) | {"properties": {name: plain(field) for name, field in fields.items()}}
            case dict():
                return {key: plain(value) for key, value in node.items() if key not in left_out}
            case list():
                return [plain(value) for value in node]
        return node

    shape: Shape = plain(schema)
    return shape

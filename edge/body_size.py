"""How large the largest body of a route is, by the limits that its model states."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

ESCAPED_CHARACTER = 12
"""Bytes of a character as JSON may write it: beyond the first 65,536 it is two escapes, such as `\\ud83d\\ude00`."""
WHITE_SPACE = 32
"""Bytes of a line break and an indentation, before every field and every entry of a list."""
MAX_BYTES = "x-max-bytes"
"""The entry of a route's `openapi_extra` that states the limit of a body which its route reads piece by piece."""
CODE_LENGTH = 128
"""Characters of a text with a pattern that states no length: a code, such as that of a currency."""

Schema = Mapping[str, Any]


def largest_body(route: APIRoute) -> int:
    """Return the bytes of the largest body that a route allows; by its model, escaped and indented. 0 without a body.

    Raises:
        TypeError: A list or a text of the model has no greatest length.
    """
    if stated := (route.openapi_extra or {}).get(MAX_BYTES):
        return int(stated)
    schema = body_schema(route)
    return largest_value(schema, schema.get("$defs", {})) if schema else 0


def body_schema(route: APIRoute) -> Schema | None:
    """Return the JSON schema of a route's body, with its definitions; None without a body, and of one in pieces."""
    if route.body_field:
        model: Any = route.body_field.field_info.annotation
        return TypeAdapter(model).json_schema()
    extra = route.openapi_extra or {}
    body = extra.get("requestBody")
    if body is None or MAX_BYTES in extra:
        return None
    [content] = body["content"].values()
    schema: Schema = content["schema"]
    return schema


def largest_value(schema: Schema, definitions: Schema) -> int:
    """Return the bytes of the largest JSON that fits a schema; `definitions` are those it refers to."""

    def largest_of(choices: Sequence[Schema]) -> int:
        return max(largest_value(choice, definitions) for choice in choices)

    match schema:
        case {"$ref": str(ref)}:
            return largest_value(definitions[ref.rpartition("/")[2]], definitions)
        case {"anyOf": [*choices]} | {"oneOf": [*choices]}:
            return largest_of(choices)
        case {"enum": [*values]}:
            return max(len(orjson.dumps(value)) for value in values)
        case {"const": value}:
            return len(orjson.dumps(value))
        case {"type": "object", "properties": dict(properties)}:
            names = sum(len(name) + len('"":,') + WHITE_SPACE for name in properties)
            return 2 + WHITE_SPACE + names + sum(largest_value(value, definitions) for value in properties.values())
        case {"type": "object", "maxProperties": int(count), "additionalProperties": dict(items), **rest}:
            name = largest_value({"type": "string"} | rest["propertyNames"], definitions)
            return 2 + WHITE_SPACE + count * (name + len(":,") + WHITE_SPACE + largest_value(items, definitions))
        case {"type": "object"}:
            return 2
        case {"type": "array", "maxItems": int(count), "items": dict(items)}:
            return 2 + WHITE_SPACE + count * (1 + WHITE_SPACE + largest_value(items, definitions))
        case {"type": "string", "maxLength": int(length)}:
            return 2 + length * ESCAPED_CHARACTER
        case {"type": "string", "pattern": _}:
            return 2 + CODE_LENGTH
        case {"type": "integer" | "number"}:
            return max(len(str(schema.get(bound, ""))) for bound in ("minimum", "exclusiveMinimum", "maximum"))
        case {"type": "boolean" | "null"}:
            return len("false")
    raise TypeError(f"without a greatest length: {schema}")

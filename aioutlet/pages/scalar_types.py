"""Short names of the value types that are strings or numbers in JSON."""

from functools import cache
from typing import Any, NamedTuple

import orjson
from pydantic import TypeAdapter

from aioutlet.pages.markdown import table
from schemas.message import Cents, Currency, Id, Instant, Quantity, Text
from schemas.sealed import Base64Url
from schemas.text import Label, Line, Prose


class ValueType(NamedTuple):
    """A name, the annotation it stands for, and its description."""

    name: str
    annotation: Any
    description: str


VALUE_TYPES = (
    ValueType("id", Id, "1 to 64 letters, digits, `.`, `_`, `-`, a letter or digit first: see [Ids](ids.md)"),
    ValueType("text", Text, "1 to 500 characters as they were recorded"),
    ValueType("line", Line, "1 to 500 characters of one line: see [Text](text.md)"),
    ValueType("label", Label, "1 to 80 characters of one line: see [Text](text.md)"),
    ValueType("prose", Prose, "at most 2,000 characters, with line breaks: see [Text](text.md)"),
    ValueType("amount", Cents, "minor units of a currency, 0 to 10¹²"),
    ValueType("quantity", Quantity, "1 to 1,000,000 pieces"),
    ValueType("currency", Currency, "three capitals, ISO 4217"),
    ValueType("time", Instant, "RFC 3339, in UTC"),
    ValueType("base64url", Base64Url, "base64url without padding, at most 16,384 characters"),
)


def type_name(schema: dict[str, Any]) -> str | None:
    """Return the name for a schema, if it has one."""
    return _names().get(_canonical(schema))


def types_table() -> str:
    """Return the table of all names."""
    return table(("type", "is"), [(each.name, each.description) for each in VALUE_TYPES])


@cache
def _names() -> dict[bytes, str]:
    return {_canonical(TypeAdapter(each.annotation).json_schema()): each.name for each in VALUE_TYPES}


def _canonical(schema: dict[str, Any]) -> bytes:
    limits = {name: value for name, value in schema.items() if name not in {"default", "title", "description"}}
    return orjson.dumps(limits, option=orjson.OPT_SORT_KEYS)

"""The words for values that are plain text or numbers in JSON."""

from functools import cache
from typing import Any, NamedTuple

import orjson
from pydantic import TypeAdapter

from aioutlet.pages.markdown import table
from schemas.address import Line
from schemas.message import Cents, Currency, Id, Instant, Quantity, Text
from schemas.sealed import Base64Url


class Kind(NamedTuple):
    """A word, the annotation it stands for, and what it means."""

    word: str
    annotation: Any
    means: str


KINDS = (
    Kind("id", Id, "1 to 64 letters, digits, `.`, `_`, `-`, beginning with a letter or digit: a UUIDv7 if it is ours"),
    Kind("text", Text, "1 to 500 characters, white space around it removed"),
    Kind("line", Line, "text without control characters"),
    Kind("amount", Cents, "minor units of a currency, 0 to 10¹²"),
    Kind("quantity", Quantity, "1 to 1,000,000 pieces"),
    Kind("currency", Currency, "three capitals, ISO 4217"),
    Kind("time", Instant, "RFC 3339, in UTC"),
    Kind("base64url", Base64Url, "base64url without padding, at most 16,384 characters"),
)


def kind_of(schema: dict[str, Any]) -> str | None:
    """The word for a schema, where it has one."""
    return _words().get(_shape(schema))


def kinds_table() -> str:
    """The words explained."""
    return table(("word", "is"), [(kind.word, kind.means) for kind in KINDS])


@cache
def _words() -> dict[bytes, str]:
    return {_shape(TypeAdapter(kind.annotation).json_schema()): kind.word for kind in KINDS}


def _shape(schema: dict[str, Any]) -> bytes:
    limits = {name: value for name, value in schema.items() if name not in {"default", "title", "description"}}
    return orjson.dumps(limits, option=orjson.OPT_SORT_KEYS)

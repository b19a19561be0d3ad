"""The base classes of commands and events: frozen, camelCase on the wire, snake_case in Python."""

from typing import Annotated, Any, ClassVar

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""An identifier: a UUIDv7 string; imported data may have other ones."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
"""Text as it was recorded, and what we write ourselves; what people send is held to `schemas.text`."""
MAX_PIECES = 1_000_000
"""Of one product, in one line."""
Quantity = Annotated[int, Field(gt=0, le=MAX_PIECES, strict=True)]
Cents = Annotated[int, Field(ge=0, le=10**12, strict=True)]
"""Minor units of a currency."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""
Instant = AwareDatetime
"""A time in UTC, RFC 3339 on the wire."""
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""A time as a document holds it: RFC 3339."""

IncompleteFrom = Annotated[
    int | None,
    Field(description="The position of the first event that it lacks, as that could not be folded into it; else null."),
]
"""Of a document that lacks events."""

ADDED_LATER = Field(exclude_if=lambda value: value is None)
"""For a field of an event that older ones do not have: without a value it is left out of the bytes, as of theirs."""


class Message(BaseModel):
    """An immutable value that is sent or stored as JSON."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        ser_json_temporal="iso8601",
    )

    def as_json(self) -> bytes:
        """The bytes of `model_dump_json`, without building a string first."""
        return self.__pydantic_serializer__.to_json(self, by_alias=True)

    def as_plain(self, names: set[str]) -> dict[str, Any]:
        """The fields of these names as JSON has them, but those that are None."""
        plain: dict[str, Any] = self.__pydantic_serializer__.to_python(
            self, mode="json", by_alias=True, include=names, exclude_none=True
        )
        return plain


class Command(Message):
    """An intention that may be refused; an unknown field is refused too."""

    model_config = ConfigDict(extra="forbid")

    def as_sent(self) -> bytes:
        """What the sender said, as JSON with sorted keys.

        A field that was left out, or that says what it says when left out, is no part of it: so a request is the same
        for a later release that has more optional fields.
        """
        sent = self.__pydantic_serializer__.to_python(
            self, mode="json", by_alias=True, exclude_unset=True, exclude_defaults=True
        )
        return orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)


class Event(Message):
    """Something that happened. Readers ignore unknown fields, so adding an optional field breaks none."""

    model_config = ConfigDict(extra="ignore")

    wire_name: ClassVar[str]
    """The dotted name in the store and on Kafka; never an import path."""
    schema_version: ClassVar[int] = 1


class Money(Message):
    """An amount in minor units of one currency."""

    amount: Cents
    currency: Currency


class MoneySum(Message):
    """What many pieces are worth, in minor units of one currency; it may be more than anything can be ordered for."""

    amount: Annotated[int, Field(ge=0)]
    currency: Currency

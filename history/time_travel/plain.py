"""States as plain values of JSON; what is sealed stays so."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from schemas.documents import document_time
from schemas.time_travel import Plain


def as_plain(value: object) -> Plain:
    """Return a value of JSON: fields in camelCase, sets sorted, times in UTC."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
        case datetime():
            return document_time(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {_key(key): as_plain(held) for key, held in sorted(value.items(), key=lambda item: _key(item[0]))}
        case Set():
            return sorted((as_plain(each) for each in value), key=str)
    if named := dict(_named_fields(value)):
        return named
    if isinstance(value, Sequence | Iterator):
        return [as_plain(each) for each in value]
    return str(value)


def _named_fields(value: Any) -> Iterator[tuple[str, Plain]]:
    """Yield the fields of a dataclass or a named tuple."""
    names = [field.name for field in fields(value)] if is_dataclass(value) else getattr(value, "_fields", ())
    return ((to_camel(name), as_plain(getattr(value, name))) for name in names)


def _key(key: object) -> str:
    match key:
        case Enum():
            return str(key.value)
        case tuple():
            return "/".join(map(_key, key))
    return str(key)

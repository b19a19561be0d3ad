"""The columns of each event's data in DuckDB, from its class in `schemas`."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from schemas.message import Event, Money, MoneySum
from schemas.sealed import Sealed

JSON = "JSON"
SCALARS: dict[Any, str] = {
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    str: "VARCHAR",
    datetime: "TIMESTAMPTZ",
    AwareDatetime: "TIMESTAMPTZ",
    date: "DATE",
}
"""Enumerations are text; what is not listed is JSON."""
MONEY = (Money, MoneySum)
ENVELOPE = ("position", "stream", "version", "occurred_at", "recorded_at", "correlation_id", "actor_type", "actor_id")
"""The columns that every event's view begins with."""


class Column(NamedTuple):
    """A column of a view: its type, and its path in the data."""

    name: str
    type: str
    path: tuple[str, ...]


def columns_of(model: type[BaseModel]) -> list[Column]:
    """Return the columns of a model's fields; an amount of money is two: its minor units and its currency."""
    return list(_columns(model))


def lists_of(event: type[Event]) -> dict[str, tuple[str, type[BaseModel]]]:
    """Return the fields of an event that are lists of models: their columns, names in the data, and models."""
    found: dict[str, tuple[str, type[BaseModel]]] = {}
    for name, field in event.model_fields.items():
        annotation = _plain(field.annotation)
        item = _item(annotation)
        if item is not None and _is_model(item := _plain(item)) and item not in (*MONEY, Sealed):
            found[_column_name(name)] = (field.alias or name, item)
    return found


def _columns(model: type[BaseModel]) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        column, alias, annotation = _column_name(name), field.alias or name, _plain(field.annotation)
        if annotation in MONEY:
            yield Column(f"{column}_amount", "BIGINT", (alias, "amount"))
            yield Column(f"{column}_currency", "VARCHAR", (alias, "currency"))
        else:
            yield Column(column, type_of(annotation), (alias,))


def type_of(annotation: Any) -> str:
    """Return DuckDB's type of a field; sealed fields, and what may be of several kinds, are JSON."""
    annotation = _plain(annotation)
    if annotation is Sealed:
        return JSON
    if _is_model(annotation):
        fields = annotation.model_fields.items()
        inner = ", ".join(f'"{field.alias or name}" {type_of(field.annotation)}' for name, field in fields)
        return f"STRUCT({inner})"
    if (item := _item(annotation)) is not None:
        return f"{type_of(item)}[]"
    if get_origin(annotation) is Literal:
        return type_of(type(get_args(annotation)[0]))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return SCALARS[str]
    return SCALARS.get(annotation, JSON)


def _plain(annotation: Any) -> Any:
    """Return what is behind constraints and `| None`."""
    if hasattr(annotation, "__metadata__"):
        return _plain(annotation.__origin__)
    if get_origin(annotation) in (Union, UnionType):
        rest = set(get_args(annotation)) - {NoneType}
        return _plain(rest.pop()) if len(rest) == 1 else annotation
    return annotation


def _item(annotation: Any) -> Any:
    """Return what a list or a tuple of any length holds, None for anything else."""
    arguments = get_args(annotation)
    is_list = get_origin(annotation) in (list, frozenset, set) or (
        get_origin(annotation) is tuple and arguments[1:] == (...,)
    )
    return arguments[0] if is_list else None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _column_name(field: str) -> str:
    """`from_` is a column `from`; a field named as a column of every event is `event_…`."""
    name = field.rstrip("_")
    return f"event_{name}" if name in ENVELOPE else name

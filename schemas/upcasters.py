"""How old fields become the next version's fields; a released event never changes, it is read anew."""

from collections.abc import Callable
from typing import Any

Fields = dict[str, Any]
Upcaster = Callable[[Fields], Fields]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(wire name, version read) -> the fields of the next version, e.g. `("order.created", 1): order_created_1_to_2`."""


def upcast(name: str, version: int, fields: Fields, *, to: int) -> Fields:
    """Lift `fields` from `version` to version `to`, one step at a time; raise `LookupError` where a step is missing."""
    for step in range(version, to):
        fields = UPCASTERS[name, step](fields)
    return fields

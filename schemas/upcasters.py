"""How the fields of an old event version become those of the next; stored events are never rewritten."""

from collections.abc import Callable
from typing import Any

from schemas.errors import Poison

Fields = dict[str, Any]
Upcaster = Callable[[Fields], Fields]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(wire name, version read) -> fields of the next version: `("order.created", 1): order_created_1_to_2`."""


def upcast(name: str, version: int, fields: Fields, *, to: int) -> Fields:
    """Lift `fields` from `version` to version `to`, one step at a time.

    Raises:
        LookupError: A step is missing.
        Poison: `version` is newer than this reader.
    """
    if version > to:
        raise Poison(f"{name} v{version} is newer than v{to}, which this release knows")
    for step in range(version, to):
        fields = UPCASTERS[name, step](fields)
    return fields

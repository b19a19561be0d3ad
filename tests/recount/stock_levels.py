"""The stock of every product in every warehouse by SQL over the exported log."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.recount.exported_log import ExportedLog

LEVELS = """
select warehouse, product,
    coalesce(sum(n) filter (type = 'stock.received'), 0),
    coalesce(sum(n) filter (type = 'stock.adjusted'), 0),
    coalesce(sum(n) filter (type = 'inventory.committed'), 0),
    coalesce(sum(n) filter (type = 'inventory.reserved'), 0)
        - coalesce(sum(n) filter (type in ('inventory.released', 'inventory.expired', 'inventory.committed')), 0)
from moved group by all
"""


class Level(NamedTuple):
    """The pieces of one product in one warehouse."""

    received: int
    adjusted: int
    shipped: int
    reserved: int

    @property
    def on_hand(self) -> int:
        return self.received + self.adjusted - self.shipped

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


def stock_levels(log: ExportedLog) -> dict[tuple[str, str], Level]:
    """Return the levels by warehouse and product."""
    return {(warehouse, product): Level(*map(int, pieces)) for warehouse, product, *pieces in log.rows(LEVELS)}


def level_of(shelf: Mapping[str, Any]) -> tuple[str, Level]:
    """Return the warehouse and the level of an answer, which must add up."""
    level = Level(*(shelf[name] for name in Level._fields))
    assert (shelf["onHand"], shelf["available"]) == (level.on_hand, level.available), shelf
    return shelf["warehouseId"], level

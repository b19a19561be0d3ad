"""The stock of every product in every warehouse by SQL."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from tests.recount.tables import Tables

Page = Mapping[str, Any]
AskForPage = Callable[[Mapping[str, Any]], Awaitable[Page]]
"""Returns the page of stock that these parameters ask for."""
PAGE = 200
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


def stock_levels(log: Tables) -> dict[tuple[str, str], Level]:
    """Return the levels by warehouse and product."""
    return {(warehouse, product): Level(*map(int, pieces)) for warehouse, product, *pieces in log.rows(LEVELS)}


def level_of(shelf: Mapping[str, Any]) -> tuple[str, Level]:
    """Return the warehouse and the level of an answer, which must add up."""
    level = Level(*(shelf[name] for name in Level._fields))
    assert (shelf["onHand"], shelf["available"]) == (level.on_hand, level.available), shelf
    return shelf["warehouseId"], level


async def read_levels(ask: AskForPage) -> tuple[dict[tuple[str, str], Level], int]:
    """Return the levels that a shop tells page by page, and how many it says there are."""
    told: dict[tuple[str, str], Level] = {}
    cursor: dict[str, str] = {}
    while True:
        page = await ask({"limit": PAGE} | cursor)
        for each in page["items"]:
            warehouse_id, level = level_of(each)
            told[warehouse_id, each["productId"]] = level
        if page["next"] is None:
            return told, page["total"]
        cursor = {"cursor": page["next"]}

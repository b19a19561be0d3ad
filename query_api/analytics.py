"""What the projectors have summed up for a span of hours or days, one figure after the other.

Sums are kept per partition, and added up here. An hour or day is that of the log in UTC.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from query_api.context import QueryContext
from schemas.documents import (
    CART_ROUNDS_VIEW,
    ORDERS_VIEW,
    STOCK_FLOW_VIEW,
    TOP_PRODUCTS_VIEW,
    TOTALS,
    Document,
    View,
    product_of,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Sums = Counter[str]


@dataclass(frozen=True, slots=True)
class Span:
    """Whole hours or days: from the first to before the end."""

    first: datetime
    end: datetime
    step: timedelta

    @property
    def buckets(self) -> list[str]:
        """The names of its hours (`20260314T12`) or days (`20260314`)."""
        return [bucket_of(self.first + number * self.step, self.step) for number in range(self.count)]

    @property
    def count(self) -> int:
        return int((self.end - self.first) / self.step)


@dataclass(slots=True)
class Stock:
    """Pieces on hand at the beginning, what changed, what was shipped, and what was on hand over time."""

    opening: int = 0
    change: int = 0
    shipped: int = 0
    piece_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is known of one hour or day, or of several."""

    orders: Sums
    carts: Sums
    pieces: Sums
    """Pieces ordered, by product id."""
    missed: int
    """By how much pieces may be too low."""
    stock: Stock
    seconds: float


def bucket_of(at: datetime, step: timedelta) -> str:
    """Return the name of an hour or a day."""
    return at.strftime("%Y%m%dT%H" if step == HOUR else "%Y%m%d")


async def find_figures(context: QueryContext, span: Span) -> list[Figures]:
    """Return the figures of every hour or day of a span."""
    orders = await _find_totals(context, ORDERS_VIEW, span.buckets)
    carts = await _find_totals(context, CART_ROUNDS_VIEW, span.buckets)
    pieces, missed = await _find_pieces(context, span.buckets)
    stock = await _find_stock(context, span)
    seconds = span.step.total_seconds()
    return [
        Figures(orders[each], carts[each], pieces[each], missed[each], stock[each], seconds) for each in span.buckets
    ]


def add_figures(figures: Sequence[Figures]) -> Figures:
    """Return the figures of all these hours or days, which follow one another."""
    stock = Stock(figures[0].stock.opening)
    for each in figures:
        stock.change += each.stock.change
        stock.shipped += each.stock.shipped
        stock.piece_seconds += each.stock.piece_seconds
    return Figures(
        _add(each.orders for each in figures),
        _add(each.carts for each in figures),
        _add(each.pieces for each in figures),
        sum(each.missed for each in figures),
        stock,
        sum(each.seconds for each in figures),
    )


async def _find_totals(context: QueryContext, view: View, buckets: Sequence[str]) -> Mapping[str, Sums]:
    sums: dict[str, Sums] = defaultdict(Counter)
    name = context.name_of(view)
    ids = [f"{name}/{partition}/{bucket}" for bucket in buckets for partition in range(context.partitions)]
    async for total in context.database[TOTALS].find({"_id": {"$in": ids}}):
        sums[total["bucket"]].update(total["sums"])
    return sums


async def _find_pieces(context: QueryContext, buckets: Sequence[str]) -> tuple[Mapping[str, Sums], Mapping[str, int]]:
    pieces: dict[str, Sums] = defaultdict(Counter)
    missed: Sums = Counter()
    ids = [f"{partition}/{bucket}" for bucket in buckets for partition in range(context.partitions)]
    async for document in context.collection(TOP_PRODUCTS_VIEW).find({"_id": {"$in": ids}}):
        bucket = document["_id"].partition("/")[2]
        pieces[bucket].update({product_of(field): n for field, n in document["counts"].items()})
        missed[bucket] += document["missed"]
    return pieces, missed


async def _find_stock(context: QueryContext, span: Span) -> Mapping[str, Stock]:
    """Return the stock of every bucket; what was on hand at first is all that came and left before."""
    opening = await _change_before(context, span.first)
    flows: dict[str, list[Document]] = defaultdict(list)
    name = "hour" if span.step == HOUR else "day"
    query = {"period": {"$gte": f"{name} {span.buckets[0]}", "$lte": f"{name} {span.buckets[-1]}"}}
    async for document in context.collection(STOCK_FLOW_VIEW).find(query):
        flows[document["period"].removeprefix(f"{name} ")].append(document)
    stocks: dict[str, Stock] = {}
    for bucket in span.buckets:
        stocks[bucket] = stock = _stock(opening, flows[bucket], span.step)
        opening += stock.change
    return stocks


def _stock(opening: int, flows: Sequence[Document], step: timedelta) -> Stock:
    stock = Stock(opening, piece_seconds=opening * int(step.total_seconds()))
    for flow in flows:
        stock.change += flow["change"]
        stock.shipped += flow["shipped"]
        stock.piece_seconds += flow["pieceSeconds"]
    return stock


async def _change_before(context: QueryContext, first: datetime) -> int:
    day = bucket_of(first, DAY)
    hours = await _change(context, f"hour {day}T00", f"hour {bucket_of(first, HOUR)}")
    return await _change(context, "day ", f"day {day}") + hours


async def _change(context: QueryContext, first: str, end: str) -> int:
    query = {"period": {"$gte": first, "$lt": end}}
    found = context.collection(STOCK_FLOW_VIEW).find(query, {"change": 1})
    return sum([document["change"] async for document in found])


def _add(sums: Iterable[Sums]) -> Sums:
    added: Sums = Counter()
    for each in sums:
        added.update(each)
    return added

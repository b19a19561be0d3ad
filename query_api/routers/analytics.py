"""Queries for the figures of the shop, by admins and analysts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from edge.auth import requires
from edge.problems import field_error
from query_api.analytics import DAY, HOUR, Figures, Span, add_figures, find_figures
from query_api.context import CurrentContext
from query_api.paging import QueryParameters
from schemas.analytics import (
    Analytics,
    Basket,
    CartFigures,
    OrderFigures,
    PeriodFigures,
    Revenue,
    StockFigures,
    TopProduct,
)
from schemas.errors import Invalid

MAX_SPANS = {"day": 92, "hour": 168}
DEFAULT_SPANS = {"day": 30, "hour": 24}
STEPS = {"day": DAY, "hour": HOUR}
TOP = 10
"""Products of a list of the most ordered."""
PREFIX_STATUS = "status/"


class AnalyticsParameters(QueryParameters):
    """From when to before when, in whole days or hours of UTC; by default the last 30 days or 24 hours."""

    from_: Annotated[AwareDatetime | date | None, Field(alias="from")] = None
    to: AwareDatetime | date | None = None
    by: Literal["day", "hour"] = "day"


router = APIRouter(prefix="/admin", tags=["analytics"], dependencies=[requires("admin", "analyst")])


@router.get("/analytics")
async def get_analytics(parameters: Annotated[AnalyticsParameters, Query()], context: CurrentContext) -> Analytics:
    """Get revenue, orders, carts, top products and stock turn per day or hour."""
    span = _span_of(parameters, context.clock())
    figures = await find_figures(context, span)
    starts = [span.first + number * span.step for number in range(span.count)]
    items = [_present(each, start, start + span.step) for each, start in zip(figures, starts, strict=True)]
    return Analytics(by=parameters.by, items=items, total=_present(add_figures(figures), span.first, span.end))


def _span_of(parameters: AnalyticsParameters, now: datetime) -> Span:
    by, step = parameters.by, STEPS[parameters.by]
    end = _floor(now, step) + step if parameters.to is None else _ceil(_as_time(parameters.to), step)
    first = end - DEFAULT_SPANS[by] * step if parameters.from_ is None else _floor(_as_time(parameters.from_), step)
    span = Span(first, end, step)
    if not 0 < span.count <= MAX_SPANS[by]:
        detail = f"from 1 to {MAX_SPANS[by]} {by}s"
        raise Invalid(detail, errors=[field_error("to", "span", detail, where="query")])
    return span


def _as_time(at: datetime | date) -> datetime:
    return at.astimezone(UTC) if isinstance(at, datetime) else datetime.combine(at, time(), UTC)


def _floor(at: datetime, step: timedelta) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0, hour=at.hour if step == HOUR else 0)


def _ceil(at: datetime, step: timedelta) -> datetime:
    floor = _floor(at, step)
    return floor if floor == at else floor + step


def _present(figures: Figures, start: datetime, end: datetime) -> PeriodFigures:
    return PeriodFigures(
        start=start,
        end=end,
        revenue=_revenue(figures.orders),
        baskets=_baskets(figures.orders),
        orders=_orders(figures.orders),
        carts=_carts(figures.carts),
        top_products=_top(figures.pieces),
        pieces_missed=figures.missed,
        stock=_stock(figures),
    )


def _revenue(sums: Mapping[str, int]) -> dict[str, Revenue]:
    captured, refunded = _named(sums, "captured/"), _named(sums, "refunded/")
    return {
        currency: Revenue(
            captured=(into := captured.get(currency, 0)),
            refunded=(back := refunded.get(currency, 0)),
            net=into - back,
            refund_rate=_ratio(back, into),
        )
        for currency in sorted(captured.keys() | refunded.keys())
    }


def _baskets(sums: Mapping[str, int]) -> dict[str, Basket]:
    placed = _named(sums, "placed/")
    orders = _named(sums, "orders/")
    return {currency: Basket(orders=n, average=round(placed.get(currency, 0) / n, 2)) for currency, n in orders.items()}


def _orders(sums: Mapping[str, int]) -> OrderFigures:
    placed = sums.get("orders", 0)
    return OrderFigures(
        placed=placed,
        by_status=_named(sums, PREFIX_STATUS),
        charges=sums.get("charges", 0),
        refunds=sums.get("refunds", 0),
        pieces_per_order=_ratio(sums.get("pieces", 0), placed),
    )


def _carts(sums: Mapping[str, int]) -> CartFigures:
    states = _named(sums, "carts/")
    begun, handed_over, ordered = sums.get("carts", 0), states.get("handedOver", 0), states.get("ordered", 0)
    return CartFigures(
        begun=begun,
        ordered=ordered,
        handed_over=handed_over,
        abandoned=states.get("abandoned", 0),
        open=states.get("open", 0),
        conversion=_ratio(ordered, begun - handed_over),
    )


def _top(pieces: Mapping[str, int]) -> list[TopProduct]:
    ranked = sorted(pieces.items(), key=lambda each: (-each[1], each[0]))[:TOP]
    return [TopProduct(product_id=product_id, pieces=n) for product_id, n in ranked]


def _stock(figures: Figures) -> StockFigures:
    average = figures.stock.piece_seconds / figures.seconds
    return StockFigures(
        shipped=figures.stock.shipped, average_on_hand=round(average, 2), turn=_ratio(figures.stock.shipped, average)
    )


def _named(sums: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Return the sums whose names have a prefix, by the rest of the name, without those that are 0."""
    return {name.removeprefix(prefix): n for name, n in sorted(sums.items()) if name.startswith(prefix) and n}


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None

"""The figures of the shop, as the query API and the BFF answer them."""

from typing import Literal

from pydantic import AwareDatetime

from schemas.message import Message


class Revenue(Message):
    """What was charged and refunded in one currency, in minor units; the rate is refunded / captured."""

    captured: int
    refunded: int
    net: int
    refund_rate: float | None


class Basket(Message):
    """The orders placed in one currency, and the average of their totals, in minor units."""

    orders: int
    average: float


class OrderFigures(Message):
    """The orders placed, by the status that they have now, and how many charges and refunds there were."""

    placed: int
    by_status: dict[str, int]
    charges: int
    refunds: int
    pieces_per_order: float | None


class CartFigures(Message):
    """The carts begun, and what has become of them.

    A cart begins with its first line, and again after every order. One that was handed over to a person's counts there,
    so the conversion is ordered / (begun - handed over).
    """

    begun: int
    ordered: int
    handed_over: int
    abandoned: int
    open: int
    conversion: float | None


class TopProduct(Message):
    """A product, and the pieces of it that were ordered."""

    product_id: str
    pieces: int


class StockFigures(Message):
    """Pieces shipped, the average on hand over time, and how often that was shipped: shipped / average."""

    shipped: int
    average_on_hand: float
    turn: float | None


class PeriodFigures(Message):
    """The figures of one span of time.

    Of the top products no count is too high, and each too low by `piecesMissed` at most: exact while that is 0.
    """

    start: AwareDatetime
    end: AwareDatetime
    revenue: dict[str, Revenue]
    baskets: dict[str, Basket]
    orders: OrderFigures
    carts: CartFigures
    top_products: list[TopProduct]
    pieces_missed: int
    stock: StockFigures


class Analytics(Message):
    """The figures of every day or hour of a span, and of all of it."""

    by: Literal["day", "hour"]
    items: list[PeriodFigures]
    total: PeriodFigures

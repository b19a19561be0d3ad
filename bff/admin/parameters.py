"""The query parameters of an admin's lists; what they may be, the query API checks."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from bff.parameters import ListParameters, PageParameters, Word
from schemas.message import Id
from schemas.order import OrderStatus


class AdminProductParameters(PageParameters):
    """Whether the products are for sale; without it, all of them."""

    for_sale: bool | None = None


class StockParameters(PageParameters):
    """The product, the warehouse, and the level: `low` or `out` of what is sold; all by default."""

    product_id: Id | None = None
    warehouse_id: Id | None = None
    level: Literal["low", "out"] | None = None


class AdminOrderParameters(PageParameters):
    """Filters of orders: the whole number, customer, mail address of the customer, status, and time placed."""

    number: Word | None = None
    customer_id: Id | None = None
    email: Word | None = None
    status: OrderStatus | None = None
    from_: Annotated[AwareDatetime | None, Field(alias="from")] = None
    to: AwareDatetime | None = None


class HistoryParameters(ListParameters):
    """Which part of the versions to list."""

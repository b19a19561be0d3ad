"""The bodies of an admin's requests from the browser: their shape and size. What is in them, the services check."""

from typing import Annotated, Any

from pydantic import Field

from schemas.currencies import Price
from schemas.message import Command, Id
from schemas.product import Attributes, PictureName
from schemas.reserved_ids import ChosenId
from schemas.text import Label, Line, Prose
from schemas.warehouse import MAX_RECEIVED, ReceivedLine


class NewProduct(Command):
    """A new product; without `productId` it gets a new id."""

    product_id: ChosenId | None = None
    name: Line
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""
    attributes: Attributes = Field(default_factory=dict)
    picture: PictureName | None = None
    price: Price


class NewPrice(Command):
    """The new price of a product, in its currency."""

    price: Price


class NewReceipt(Command):
    """A delivery of products to a warehouse; without `warehouseId`, to the first."""

    receipt_id: ChosenId | None = None
    warehouse_id: Id | None = None
    items: Annotated[tuple[ReceivedLine, ...], Field(min_length=1, max_length=MAX_RECEIVED)]


class NewAdjustment(Command):
    """A correction of a product's stock by `delta` pieces."""

    adjustment_id: ChosenId | None = None
    warehouse_id: Id | None = None
    product_id: Id
    delta: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    reason: Line


class CauseDecision(Command):
    """All dead letters of a cause, a hundred at a time, and why; `cursor` is what the answer before said."""

    cause: Id
    consumer: Id | None = None
    reason: Line
    cursor: Annotated[str, Field(min_length=1, max_length=4_000)] | None = None


class NewConfig(Command):
    """The whole new value of a key, why it changes, and the version it replaces."""

    value: dict[str, Any]
    reason: Line
    version: Annotated[int, Field(ge=0, le=999_999_999, strict=True)]

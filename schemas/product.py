"""The commands and events of a product."""

from typing import Annotated, ClassVar

from pydantic import MISSING, Field, StringConstraints

from schemas.currencies import Price
from schemas.message import Command, Event, Id, Instant, Money, Text
from schemas.reserved_ids import ChosenId
from schemas.text import Label, Line, Prose

RecordedProse = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True)]
RecordedLabel = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class CreateProduct(Command):
    """Add a product to the catalogue."""

    product_id: ChosenId
    name: Line
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""
    price: Price


class ProductChanges(Command):
    """New values of a product's fields (RFC 7396): those left out stay, and null clears what need not be there."""

    name: Line | MISSING = MISSING
    department: Label | MISSING = MISSING
    category: Label | MISSING = MISSING
    brand: Label | MISSING | None = MISSING
    description: Prose | MISSING | None = MISSING


class UpdateProduct(ProductChanges):
    """Change the description of a product."""

    product_id: Id


class ChangePrice(Command):
    """Change the price of a product."""

    product_id: Id
    price: Price


class DiscontinueProduct(Command):
    """End the sale of a product; its history stays."""

    product_id: Id


class ProductFact(Event):
    """An event of one product."""

    product_id: Id


class ProductCreated(ProductFact):
    """The product was added to the catalogue and is for sale."""

    wire_name: ClassVar[str] = "product.created"

    name: Text
    department: RecordedLabel
    category: RecordedLabel
    brand: RecordedLabel | None = None
    description: RecordedProse = ""
    price: Money


class ProductUpdated(ProductFact):
    """The description of the product changed; the event has all of its fields."""

    wire_name: ClassVar[str] = "product.updated"

    name: Text
    department: RecordedLabel
    category: RecordedLabel
    brand: RecordedLabel | None = None
    description: RecordedProse = ""


class ProductPriceChanged(ProductFact):
    """The price of the product changed."""

    wire_name: ClassVar[str] = "product.price.changed"

    old: Money
    new: Money


class ProductDiscontinued(ProductFact):
    """The product is no longer for sale."""

    wire_name: ClassVar[str] = "product.discontinued"


class ProductViewsCounted(ProductFact):
    """How often the product was viewed within one minute."""

    wire_name: ClassVar[str] = "product.views.counted"

    minute: Instant
    n: Annotated[int, Field(gt=0, strict=True)]


ProductCommand = CreateProduct | UpdateProduct | ChangePrice | DiscontinueProduct
ProductEvent = ProductCreated | ProductUpdated | ProductPriceChanged | ProductDiscontinued | ProductViewsCounted

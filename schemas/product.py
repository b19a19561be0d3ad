"""Everything that can be asked of, or has happened to, one product."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from schemas.message import Command, Event, Id, Instant, Money, Text

Prose = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class CreateProduct(Command):
    """Bring a product into the catalogue."""

    product_id: Id
    name: Text
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""
    price: Money


class UpdateProduct(Command):
    """Change what is said of a product; what is left out stays."""

    product_id: Id
    name: Text | None = None
    department: Label | None = None
    category: Label | None = None
    brand: Label | None = None
    description: Prose | None = None


class ChangePrice(Command):
    """Ask another price from now on."""

    product_id: Id
    price: Money


class DiscontinueProduct(Command):
    """Take a product out of sale; its history stays."""

    product_id: Id


class ProductFact(Event):
    """Something that happened to one product."""

    product_id: Id


class ProductCreated(ProductFact):
    """The product is for sale."""

    wire_name: ClassVar[str] = "product.created"

    name: Text
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""
    price: Money


class ProductUpdated(ProductFact):
    """What is said of the product changed; here is the whole of it as it now stands."""

    wire_name: ClassVar[str] = "product.updated"

    name: Text
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""


class ProductPriceChanged(ProductFact):
    """The price changed."""

    wire_name: ClassVar[str] = "product.price.changed"

    old: Money
    new: Money


class ProductDiscontinued(ProductFact):
    """The product is no longer for sale."""

    wire_name: ClassVar[str] = "product.discontinued"


class ProductViewsCounted(ProductFact):
    """So many looked at the product within one minute; counted where they look, and flushed together."""

    wire_name: ClassVar[str] = "product.views.counted"

    minute: Instant
    n: Annotated[int, Field(gt=0, strict=True)]


ProductCommand = CreateProduct | UpdateProduct | ChangePrice | DiscontinueProduct
ProductEvent = ProductCreated | ProductUpdated | ProductPriceChanged | ProductDiscontinued | ProductViewsCounted

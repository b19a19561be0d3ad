"""The commands and events of a product."""

import operator
from typing import Annotated, ClassVar

from pydantic import MISSING, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from schemas.currencies import Price
from schemas.message import ADDED_LATER, Command, Event, Id, Instant, Money, Text
from schemas.reserved_ids import ChosenId
from schemas.text import AttributeText, Label, Line, Prose

MAX_ATTRIBUTES = 20
Attributes = Annotated[dict[Label, AttributeText], Field(max_length=MAX_ATTRIBUTES)]
"""What else is to be known of a product, by label, in the order in which it is shown."""
AttributeChanges = Annotated[dict[Label, AttributeText | None], Field(max_length=2 * MAX_ATTRIBUTES)]
"""New values of some attributes; null removes one."""
PictureName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9-]+$")]
"""The name of an icon; where there is none, it is chosen by category."""
RecordedProse = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True)]
RecordedLabel = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
RecordedAttributes = Annotated[
    tuple[tuple[RecordedLabel, Text], ...],
    BeforeValidator(lambda said: tuple(said.items()) if isinstance(said, dict) else said),
    PlainSerializer(dict, return_type=dict[str, str]),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
    Field(exclude_if=operator.not_),
]
"""Labels and texts in their order; an object on the wire."""
RecordedPicture = Annotated[PictureName | None, ADDED_LATER]
"""Left out of the bytes where there is none, as in events from before there were pictures; so are attributes."""
Views = Annotated[int, Field(ge=1, le=10**9, strict=True)]
MAX_INSTANT = len("2026-03-14T12:00:00.000000+00:00")


class CreateProduct(Command):
    """Add a product to the catalogue."""

    product_id: ChosenId
    name: Line
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""
    attributes: Attributes = Field(default_factory=dict)
    picture: PictureName | None = None
    price: Price


class ProductChanges(Command):
    """New values of a product's fields (RFC 7396): those left out stay, and null clears what need not be there."""

    name: Line | MISSING = MISSING
    department: Label | MISSING = MISSING
    category: Label | MISSING = MISSING
    brand: Label | MISSING | None = MISSING
    description: Prose | MISSING | None = MISSING
    attributes: AttributeChanges | MISSING | None = MISSING
    picture: PictureName | MISSING | None = MISSING


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


class RelistProduct(Command):
    """Sell a discontinued product again."""

    product_id: Id


class PutProduct(Command):
    """Make a product what a row of a file says, or add it: fields left out stay, null clears what need not be there.

    Its attributes are replaced as a whole.
    """

    product_id: ChosenId
    name: Line | MISSING = MISSING
    department: Label | MISSING = MISSING
    category: Label | MISSING = MISSING
    brand: Label | MISSING | None = MISSING
    description: Prose | MISSING | None = MISSING
    attributes: Attributes | MISSING | None = MISSING
    picture: PictureName | MISSING | None = MISSING
    price: Price | MISSING = MISSING
    for_sale: Annotated[bool, Field(strict=True)] | MISSING = MISSING


class CountViews(Command):
    """Record how often a product was viewed within one minute; of a product that does not exist nothing is recorded."""

    product_id: Id
    minute: Annotated[Instant, Field(json_schema_extra={"maxLength": MAX_INSTANT})]
    n: Views


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
    attributes: RecordedAttributes = ()
    picture: RecordedPicture = None
    price: Money


class ProductUpdated(ProductFact):
    """The description of the product changed; the event has all of its fields."""

    wire_name: ClassVar[str] = "product.updated"

    name: Text
    department: RecordedLabel
    category: RecordedLabel
    brand: RecordedLabel | None = None
    description: RecordedProse = ""
    attributes: RecordedAttributes = ()
    picture: RecordedPicture = None


class ProductPriceChanged(ProductFact):
    """The price of the product changed."""

    wire_name: ClassVar[str] = "product.price.changed"

    old: Money
    new: Money


class ProductDiscontinued(ProductFact):
    """The product is no longer for sale."""

    wire_name: ClassVar[str] = "product.discontinued"


class ProductRelisted(ProductFact):
    """The product is for sale again."""

    wire_name: ClassVar[str] = "product.relisted"


class ProductViewsCounted(ProductFact):
    """How often the product was viewed within one minute."""

    wire_name: ClassVar[str] = "product.views.counted"

    minute: Instant
    n: Annotated[int, Field(gt=0, strict=True)]


ProductCommand = CreateProduct | UpdateProduct | ChangePrice | DiscontinueProduct | RelistProduct | CountViews
ProductEvent = (
    ProductCreated | ProductUpdated | ProductPriceChanged | ProductDiscontinued | ProductRelisted | ProductViewsCounted
)

"""The product aggregate: its description, its price and whether it is for sale."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, assert_never

from domain.decider import Decider
from schemas.errors import CurrencyDiffers, NotFound, ProductExists, ProductNotForSale, TooManyAttributes
from schemas.message import Money
from schemas.product import (
    MAX_ATTRIBUTES,
    ChangePrice,
    CountViews,
    CreateProduct,
    DiscontinueProduct,
    ProductCommand,
    ProductCreated,
    ProductDiscontinued,
    ProductEvent,
    ProductPriceChanged,
    ProductRelisted,
    ProductUpdated,
    ProductViewsCounted,
    RelistProduct,
    UpdateProduct,
)
from schemas.text import normal_form
from schemas.values import dataclass, replace

Attributes = tuple[tuple[str, str], ...]
"""Labels and texts, in their order."""
NO_PRICE = Money(amount=0, currency="XXX")
"""ISO 4217's code for no currency."""
PRICES_SHARED = 10_000


@dataclass(frozen=True, slots=True)
class Product:
    """What an order needs of a product, and what is needed to see that a command changes nothing.

    `created` is the event that brought it into the catalogue: a repeated import is recognised by it years later.
    """

    exists: bool = False
    for_sale: bool = False
    name: str = ""
    price: Money = NO_PRICE
    department: str = ""
    category: str = ""
    brand: str | None = None
    description: str = ""
    attributes: Attributes = ()
    picture: str | None = None
    created: ProductCreated | None = None


def decide(command: ProductCommand, product: Product) -> Sequence[ProductEvent]:
    match command:
        case CreateProduct():
            return _create(ProductCreated(**dict(command)), product)
        case CountViews():
            return [ProductViewsCounted(**dict(command))] if product.exists else []
        case _ if not product.exists:
            raise NotFound(f"there is no product {command.product_id}", productId=command.product_id)
        case DiscontinueProduct():
            return [ProductDiscontinued(product_id=command.product_id)] if product.for_sale else []
        case RelistProduct():
            return [] if product.for_sale else [ProductRelisted(product_id=command.product_id)]
        case _ if not product.for_sale:
            raise ProductNotForSale(f"product {command.product_id} was discontinued", productId=command.product_id)
        case UpdateProduct():
            return _update(command, product)
        case ChangePrice():
            return change_price(command, product)
    assert_never(command)


def _create(created: ProductCreated, product: Product) -> Sequence[ProductEvent]:
    if product.created is None:
        return [created]
    if _content(created) in (_content(product.created), _content(product)):
        return []
    raise ProductExists(f"another product is {created.product_id}", productId=created.product_id)


def _update(command: UpdateProduct, product: Product) -> Sequence[ProductEvent]:
    changes = command.model_dump(exclude={"product_id"}, exclude_unset=True)
    if "description" in changes:
        changes["description"] = changes["description"] or ""
    if "attributes" in changes:
        changes["attributes"] = _change_attributes(product, changes["attributes"])
    current = describe(product)
    return [ProductUpdated(product_id=command.product_id, **current | changes)] if current | changes != current else []


def _change_attributes(product: Product, changes: Mapping[str, str | None] | None) -> Attributes:
    """Return the attributes after `changes`, as RFC 7396 merges them: a new label comes last."""
    merged: Mapping[str, str | None] = {} if changes is None else {**dict(product.attributes), **changes}
    attributes = tuple((label, text) for label, text in merged.items() if text is not None)
    if len(attributes) > MAX_ATTRIBUTES:
        raise TooManyAttributes(f"a product has at most {MAX_ATTRIBUTES} attributes", limit=MAX_ATTRIBUTES)
    return attributes


def change_price(command: ChangePrice, product: Product) -> Sequence[ProductEvent]:
    if command.price == product.price:
        return []
    if command.price.currency != product.price.currency:
        raise CurrencyDiffers(
            f"product {command.product_id} is sold in {product.price.currency}",
            productId=command.product_id,
            currency=product.price.currency,
        )
    return [ProductPriceChanged(product_id=command.product_id, old=product.price, new=command.price)]


def evolve(product: Product, event: ProductEvent) -> Product:
    match event:
        case ProductCreated():
            return Product(exists=True, for_sale=True, price=_share(event.price), created=event, **describe(event))
        case ProductUpdated():
            return replace(product, **describe(event))
        case ProductPriceChanged():
            return replace(product, price=event.new)
        case ProductDiscontinued():
            return replace(product, for_sale=False)
        case ProductRelisted():
            return replace(product, for_sale=True)
        case ProductViewsCounted():
            return product
    assert_never(event)


@lru_cache(PRICES_SHARED)
def _share(price: Money) -> Money:
    """Return one object for all equal prices: many products have the same, and an order reads fewer objects.

    For the prices that products are created with: at each change of a price it would make a fold 40 % slower.
    """
    return price


def describe(product: Product | ProductCreated | ProductUpdated) -> dict[str, Any]:
    """Return the fields of a description, as the events have them."""
    return {
        "name": product.name,
        "department": product.department,
        "category": product.category,
        "brand": product.brand,
        "description": product.description,
        "attributes": product.attributes,
        "picture": product.picture,
    }


def _content(product: Product | ProductCreated) -> dict[str, Any]:
    """Return what makes two products the same, with texts in the form in which they are taken in today."""
    return {**normalised(describe(product)), "price": product.price}


def normalised(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description with its texts in today's normal form."""
    texts = {name: normal_form(value) if isinstance(value, str) else value for name, value in description.items()}
    attributes = tuple((normal_form(label), normal_form(text)) for label, text in description["attributes"])
    return {**texts, "attributes": attributes}


PRODUCT = Decider(initial=Product(), decide=decide, evolve=evolve)

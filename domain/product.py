"""The product aggregate: its description, its price and whether it is for sale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from domain.decider import Decider
from schemas.errors import CurrencyDiffers, NotFound, ProductExists, ProductNotForSale
from schemas.message import Money
from schemas.product import (
    ChangePrice,
    CreateProduct,
    DiscontinueProduct,
    ProductCommand,
    ProductCreated,
    ProductDiscontinued,
    ProductEvent,
    ProductPriceChanged,
    ProductUpdated,
    ProductViewsCounted,
    UpdateProduct,
)
from schemas.text import normal_form

NO_PRICE = Money(amount=0, currency="XXX")
"""ISO 4217's code for no currency."""


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
    created: ProductCreated | None = None


def decide(command: ProductCommand, product: Product) -> Sequence[ProductEvent]:
    match command:
        case CreateProduct():
            return _create(ProductCreated(**dict(command)), product)
        case _ if not product.exists:
            raise NotFound(f"there is no product {command.product_id}", productId=command.product_id)
        case DiscontinueProduct():
            return [ProductDiscontinued(product_id=command.product_id)] if product.for_sale else []
        case _ if not product.for_sale:
            raise ProductNotForSale(f"product {command.product_id} was discontinued", productId=command.product_id)
        case UpdateProduct():
            return _update(command, product)
        case ChangePrice():
            return _change_price(command, product)
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
    current = _description(product)
    return [ProductUpdated(product_id=command.product_id, **current | changes)] if current | changes != current else []


def _change_price(command: ChangePrice, product: Product) -> Sequence[ProductEvent]:
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
            return Product(exists=True, for_sale=True, price=event.price, created=event, **_description(event))
        case ProductUpdated():
            return replace(product, **_description(event))
        case ProductPriceChanged():
            return replace(product, price=event.new)
        case ProductDiscontinued():
            return replace(product, for_sale=False)
        case ProductViewsCounted():
            return product
    assert_never(event)


def _description(product: Product | ProductCreated | ProductUpdated) -> dict[str, Any]:
    return {
        "name": product.name,
        "department": product.department,
        "category": product.category,
        "brand": product.brand,
        "description": product.description,
    }


def _content(product: Product | ProductCreated) -> dict[str, Any]:
    """Return what makes two products the same, with texts in the form in which they are taken in today."""
    texts = {name: value and normal_form(value) for name, value in _description(product).items()}
    return {**texts, "price": product.price}


PRODUCT = Decider(initial=Product(), decide=decide, evolve=evolve)

"""What a row of a catalogue file changes: it adds a product, or makes one what the row says."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.product import Product, change_price, describe, normalised
from schemas.errors import ProductIncomplete, ProductNotForSale
from schemas.message import Money
from schemas.product import (
    ChangePrice,
    ProductCreated,
    ProductDiscontinued,
    ProductEvent,
    ProductRelisted,
    ProductUpdated,
    PutProduct,
)

REQUIRED = ("name", "department", "category", "price")
"""What must be said of a new product."""
DESCRIPTION = ("name", "department", "category", "brand", "description", "attributes", "picture")
CLEARED: Mapping[str, Any] = {"description": "", "attributes": ()}
"""What a field is that null has cleared; every other one is None."""


def decide_row(row: PutProduct, product: Product) -> Sequence[ProductEvent]:
    """Return what happens to the product of a row: nothing where it is what the row says.

    Raises:
        ProductIncomplete: It is new, and the row leaves out what it needs.
        ProductNotForSale: It was discontinued, and the row changes it without relisting it.
        CurrencyDiffers: The row's price is in another currency.
    """
    return _change(row, product) if product.exists else _create(row)


def _create(row: PutProduct) -> Sequence[ProductEvent]:
    if missing := [name for name in REQUIRED if name not in row.model_fields_set]:
        raise ProductIncomplete(f"a new product needs: {', '.join(missing)}", missing=missing)
    content = _said(row) | {"product_id": row.product_id, "price": row.price}
    created = ProductCreated(**content)
    return [created, ProductDiscontinued(product_id=row.product_id)] if row.for_sale is False else [created]


def _change(row: PutProduct, product: Product) -> Sequence[ProductEvent]:
    for_sale = row.for_sale if isinstance(row.for_sale, bool) else product.for_sale
    changes = [*_update(row, product), *_reprice(row, product)]
    if changes and not (product.for_sale or for_sale):
        raise ProductNotForSale(f"product {row.product_id} was discontinued", productId=row.product_id)
    before: list[ProductEvent] = [ProductRelisted(product_id=row.product_id)] if for_sale > product.for_sale else []
    after: list[ProductEvent] = [ProductDiscontinued(product_id=row.product_id)] if for_sale < product.for_sale else []
    return [*before, *changes, *after]


def _update(row: PutProduct, product: Product) -> Sequence[ProductEvent]:
    current = describe(product)
    wanted = current | _said(row)
    if wanted == current or normalised(wanted) == normalised(current):
        return []
    return [ProductUpdated(product_id=row.product_id, **wanted)]


def _reprice(row: PutProduct, product: Product) -> Sequence[ProductEvent]:
    if not isinstance(row.price, Money):
        return []
    return change_price(ChangePrice(product_id=row.product_id, price=row.price), product)


def _said(row: PutProduct) -> dict[str, Any]:
    """Return the description's fields of which the row says something, as events have them."""
    said = {name: getattr(row, name) for name in DESCRIPTION if name in row.model_fields_set}
    if said.get("attributes"):
        said["attributes"] = tuple(said["attributes"].items())
    return {name: CLEARED.get(name) if value is None else value for name, value in said.items()}

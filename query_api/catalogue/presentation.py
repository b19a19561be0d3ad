"""How a product's document is shown."""

from collections.abc import Set
from typing import TypeGuard

from schemas.documents import Document
from schemas.pictures.choosing import choose_picture

HIDDEN = frozenset({"_id", "nameKey", "nameWords", "labelWords", "descriptionWords", "created", "stockedIn"})
"""Fields that only lists need."""


def is_product(document: Document | None) -> TypeGuard[Document]:
    """Not if only its stock or reviews are known."""
    return document is not None and "name" in document


def is_in_stock(document: Document, sold_from: Set[str]) -> bool:
    """Whether a warehouse that orders are shipped from has the product; the document names all that have it."""
    return not sold_from.isdisjoint(document["stockedIn"])


def present_product(document: Document, sold_from: Set[str]) -> Document:
    """Return a product as it is shown."""
    shown = {name: value for name, value in document.items() if name not in HIDDEN}
    attributes, in_stock = dict(document["attributes"]), is_in_stock(document, sold_from)
    return shown | {"attributes": attributes, "picture": picture_of(document), "inStock": in_stock}


def picture_of(product: Document) -> str:
    """Return the icon that shows a product."""
    said = {name: product[name] for name in ("name", "department", "category")}
    return choose_picture(product["picture"], **said)

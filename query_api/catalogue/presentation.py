"""How a product's document is shown."""

from typing import TypeGuard

from schemas.documents import Document

HIDDEN = frozenset({"_id", "nameKey", "nameWords", "labelWords", "descriptionWords", "created"})
"""Fields that only lists need."""


def is_product(document: Document | None) -> TypeGuard[Document]:
    """Not if only its stock or reviews are known."""
    return document is not None and "name" in document


def present_product(document: Document) -> Document:
    """Return a product as it is shown."""
    shown = {name: value for name, value in document.items() if name not in HIDDEN}
    return shown | {"attributes": dict(document["attributes"])}

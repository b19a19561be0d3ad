"""What the index knows of one product."""

from collections.abc import Set
from sys import intern
from typing import NamedTuple

from query_api.catalogue.presentation import is_in_stock, is_product
from schemas.documents import Document

FIELDS = (
    "productId", "position", "created", "forSale", "name", "department", "category", "brand", "price", "nameKey",
    "stockedIn", "rating", "nameWords", "labelWords", "descriptionWords",
)  # fmt: skip
"""The fields of a product's document that `read_product` needs."""
HUNDREDTHS = 100
MAX_COUNTED = 10**6
"""Reviews beyond this number no longer change the order by rating."""


class IndexedProduct(NamedTuple):
    """One product; its words are folded and joined by spaces."""

    product_id: str
    created: int
    """Position of the event that created it."""
    is_for_sale: bool
    is_in_stock: bool
    department: str
    category: str
    brand: str | None
    amount: int
    currency: str
    rating: int
    """Average of its reviews in hundredths; 0 without reviews."""
    reviews: int
    name_key: str
    name_words: str
    label_words: str
    """Those of its brand, category and department."""
    description_words: str

    @property
    def rating_order(self) -> int:
        """By average, then by number of reviews."""
        return self.rating * MAX_COUNTED + min(self.reviews, MAX_COUNTED - 1)

    @property
    def phrase(self) -> str:
        """The words of the name, without its signs."""
        words = self.name_words.split()
        return " ".join([word for word in words if word[0].isalnum()] or words)


def read_product(document: Document, sold_from: Set[str]) -> IndexedProduct | None:
    """Return the product of a document, or None where only its stock or reviews are known yet.

    Of its stock counts what lies in the warehouses that orders are shipped from.
    """
    if not is_product(document):
        return None
    price, rating, brand = document["price"], document["rating"], document["brand"]
    return IndexedProduct(
        product_id=document["productId"],
        created=document["created"],
        is_for_sale=document["forSale"],
        is_in_stock=is_in_stock(document, sold_from),
        department=intern(document["department"]),
        category=intern(document["category"]),
        brand=brand and intern(brand),
        amount=price["amount"],
        currency=intern(price["currency"]),
        rating=round((rating["average"] or 0) * HUNDREDTHS),
        reviews=rating["count"],
        name_key=document["nameKey"],
        name_words=document["nameWords"],
        label_words=intern(document["labelWords"]),
        description_words=intern(document["descriptionWords"]),
    )

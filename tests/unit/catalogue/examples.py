"""Products as the index of the catalogue holds them, made of few words."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from query_api.catalogue.index import CatalogueIndex
from query_api.catalogue.product import IndexedProduct
from text.collation import sort_key
from text.search_words import search_words

_created = count(1)


def product(product_id: str, name: str = "Lamp", *, description: str = "", **changed: Any) -> IndexedProduct:
    """A product for sale, in stock, at 5.00 USD, without reviews."""
    values: dict[str, Any] = {
        "created": next(_created),
        "is_for_sale": True,
        "is_in_stock": True,
        "department": "Home",
        "category": "Lighting",
        "brand": None,
        "amount": 500,
        "currency": "USD",
        "rating": 0,
        "reviews": 0,
    } | changed
    labels = values["brand"], values["category"], values["department"]
    return IndexedProduct(
        product_id=product_id,
        **values,
        name_key=sort_key(name),
        name_words=" ".join(search_words(name)),
        label_words=" ".join(search_words(*labels)),
        description_words=" ".join(search_words(description)),
    )


def index_of(products: Iterable[IndexedProduct]) -> CatalogueIndex:
    index = CatalogueIndex()
    index.put(products)
    return index

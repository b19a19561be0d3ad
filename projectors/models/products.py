"""One document per product of the catalogue."""

from typing import Any, assert_never, cast

from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas.documents import PRODUCTS_VIEW, Document, label
from schemas.envelope import Envelope
from schemas.product import (
    ProductCreated,
    ProductDiscontinued,
    ProductEvent,
    ProductPriceChanged,
    ProductRelisted,
    ProductUpdated,
    ProductViewsCounted,
)
from schemas.text import normal_form
from text.collation import sort_key
from text.search_words import search_words, tokens


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = cast(ProductEvent, envelope.event)
    match event, document:
        case ProductCreated(), None:
            new: Document = {
                "productId": event.product_id,
                **_description(event),
                "price": event.price.model_dump(),
                "forSale": True,
            }
            return new | {"createdAt": occurred_at(envelope)} | _last_update(envelope)
        case ProductCreated(), _:
            return document
        case _, None:
            return None
        case ProductUpdated(), _:
            return document | _description(event) | _last_update(envelope)
        case ProductPriceChanged(), _:
            return document | {"price": event.new.model_dump()} | _last_update(envelope)
        case ProductDiscontinued(), _:
            return document | {"forSale": False} | _last_update(envelope)
        case ProductRelisted(), _:
            return document | {"forSale": True} | _last_update(envelope)
        case ProductViewsCounted(), _:
            return document
    assert_never(event)


def labels(document: Document) -> list[str]:
    """Products for sale are counted in total, by department, by category and by both, the others in total."""
    if not document["forSale"]:
        return [label(forSale="false")]
    department, category = document["department"], document["category"]
    return [
        label(),
        label(department=department),
        label(category=category),
        label(department=department, category=category),
    ]


def _description(event: ProductCreated | ProductUpdated) -> Document:
    """Return the texts of an event in today's normal form, for it may be of older rules, and what is made of them."""
    name, department, category = map(normal_form, (event.name, event.department, event.category))
    brand = event.brand and normal_form(event.brand)
    return {
        "name": name,
        "nameKey": sort_key(name),
        "department": department,
        "category": category,
        "brand": brand,
        "description": normal_form(event.description),
        "words": " ".join(tokens(search_words(name, brand, category, department))),
    }


def _last_update(envelope: Envelope) -> Document:
    return {"updatedAt": occurred_at(envelope), "version": envelope.version}


PRODUCTS = ReadModel(
    view=PRODUCTS_VIEW,
    types=frozenset(
        {"product.created", "product.updated", "product.price.changed", "product.discontinued", "product.relisted"}
    ),
    touches=lambda envelope: ((cast(ProductEvent, envelope.event).product_id, None),),
    project=project,
    labels=labels,
    indexes=(
        (("department", 1), ("category", 1)),
        (("category", 1),),
        (("price.amount", 1), ("productId", 1)),
        (("nameKey", 1), ("productId", 1)),
        (("createdAt", 1), ("productId", 1)),
        (("forSale", 1), ("productId", 1)),
        (("words", "text"),),
    ),
)

"""One document per product of the catalogue, with the average of its reviews and the warehouses that have it."""

from typing import Any, cast

from projectors.models.product_rating import NO_REVIEWS, is_review, rating_after
from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas.documents import PRODUCTS_VIEW, Document, label
from schemas.envelope import Envelope
from schemas.message import Event
from schemas.product import (
    ProductCreated,
    ProductDiscontinued,
    ProductPriceChanged,
    ProductRelisted,
    ProductUpdated,
)
from schemas.text import normal_form
from schemas.warehouse import StockOut, StockReplenished
from text.collation import sort_key
from text.search_words import search_words

UNLISTED: Document = {"stockedIn": [], "inStock": False, "rating": NO_REVIEWS}
"""What a product is before it is created: goods may come first."""


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = envelope.event
    if isinstance(event, ProductCreated):
        return document if document and "name" in document else _created(document or UNLISTED, event, envelope)
    if isinstance(event, StockReplenished | StockOut):
        return _with_stock(document or _unlisted(event), event)
    if is_review(event):
        before = document or _unlisted(event)
        rating = rating_after(before["rating"], event)
        return before | {"rating": rating} if rating != before["rating"] else document
    if document is None or "name" not in document:
        return document
    changes = _changes(event)
    return document if changes is None else document | changes | _last_update(envelope)


def labels(document: Document) -> list[str]:
    """Products for sale are counted in total, by department, by category and by both, the others in total."""
    if "name" not in document:
        return []
    if not document["forSale"]:
        return [label(forSale="false")]
    department, category = document["department"], document["category"]
    return [
        label(),
        label(department=department),
        label(category=category),
        label(department=department, category=category),
    ]


def _unlisted(event: Event) -> Document:
    return {"productId": _product_id(event), **UNLISTED}


def _created(before: Document, event: ProductCreated, envelope: Envelope) -> Document:
    return {
        **before,
        "productId": event.product_id,
        **_description(event),
        "price": event.price.model_dump(),
        "forSale": True,
        "created": envelope.position,
        "createdAt": occurred_at(envelope),
        **_last_update(envelope),
    }


def _changes(event: Event) -> Document | None:
    match event:
        case ProductUpdated():
            return _description(event)
        case ProductPriceChanged():
            return {"price": event.new.model_dump()}
        case ProductDiscontinued():
            return {"forSale": False}
        case ProductRelisted():
            return {"forSale": True}
    return None


def _with_stock(document: Document, event: StockReplenished | StockOut) -> Document:
    warehouses = {*document["stockedIn"]} - {event.warehouse_id}
    if isinstance(event, StockReplenished):
        warehouses.add(event.warehouse_id)
    return document | {"stockedIn": sorted(warehouses), "inStock": bool(warehouses)}


def _description(event: ProductCreated | ProductUpdated) -> Document:
    """Return the texts of an event in today's normal form, for it may be of older rules, and their words."""
    name, department, category = map(normal_form, (event.name, event.department, event.category))
    brand, description = event.brand and normal_form(event.brand), normal_form(event.description)
    # A list, for the servers take no label with a dot or a dollar as the name of a field.
    attributes = [[normal_form(label), normal_form(text)] for label, text in event.attributes]
    return {
        "name": name,
        "nameKey": sort_key(name),
        "department": department,
        "category": category,
        "brand": brand,
        "description": description,
        "attributes": attributes,
        "picture": event.picture,
        "nameWords": " ".join(search_words(name)),
        "labelWords": " ".join(search_words(brand, category, department)),
        "descriptionWords": " ".join(search_words(description, *(text for _, text in attributes))),
    }


def _last_update(envelope: Envelope) -> Document:
    return {"updatedAt": occurred_at(envelope), "version": envelope.version}


def _product_id(event: Event) -> str:
    return cast(str, event.product_id)  # type: ignore[attr-defined] # every event of this view is about one product


PRODUCTS = ReadModel(
    view=PRODUCTS_VIEW,
    types=frozenset(
        {
            "product.created",
            "product.updated",
            "product.price.changed",
            "product.discontinued",
            "product.relisted",
            "review.submitted",
            "review.edited",
            "review.withdrawn",
            "review.moderated",
            "stock.replenished",
            "stock.out",
        }
    ),
    touches=lambda envelope: ((_product_id(envelope.event), None),),
    project=project,
    labels=labels,
    counted=("name", "forSale", "department", "category"),
    indexes=((("position", 1),), (("productId", 1),), (("forSale", 1), ("productId", 1))),
)

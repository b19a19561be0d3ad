"""Queries for products and departments."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from query_api.context import CurrentContext, QueryContext
from query_api.freshness import fresh
from query_api.paging import Listed, PageParameters, Sort, find_page
from schemas.documents import PRODUCTS_VIEW, TALLIES, Document, label
from schemas.errors import NotFound
from schemas.message import Currency
from schemas.product import Label

SORTS: dict[str, Sort] = {
    "name": (("name", 1), ("_id", 1)),
    "-name": (("name", -1), ("_id", 1)),
    "price": (("price.amount", 1), ("_id", 1)),
    "-price": (("price.amount", -1), ("_id", 1)),
    "newest": (("createdAt", -1), ("_id", 1)),
}
HIDDEN = {"words": 0}
"""Fields only the text search needs."""
Price = Annotated[int, Field(ge=0, le=10**12)]
"""Minor units; not strict, for parameters arrive as text."""
_WORD = re.compile(r"\w+")


class ProductParameters(PageParameters):
    """Filters and order of products: `q` the words a product must have, prices in minor units.

    Prices are compared as numbers: whoever asks by price in a catalogue of several currencies names one.
    """

    department: Label | None = None
    category: Label | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    currency: Currency | None = None
    q: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    sort: Literal["name", "-name", "price", "-price", "newest"] = "name"


router = APIRouter(prefix="/products", tags=["products"], dependencies=[fresh(PRODUCTS_VIEW)])


@router.get("")
async def list_products(parameters: Annotated[ProductParameters, Query()], context: CurrentContext) -> Listed:
    """List the products for sale."""
    query = _build_query(parameters)
    documents = await find_page(context.collection(PRODUCTS_VIEW), query, SORTS[parameters.sort], parameters, HIDDEN)
    total = await _count(parameters, query, context)
    return Listed(
        items=[_present(product) for product in documents], total=total, skip=parameters.skip, limit=parameters.limit
    )


@router.get("/departments")
async def list_departments(context: CurrentContext) -> list[Document]:
    """List the departments and their categories, with their numbers of products for sale."""
    departments: dict[str, Document] = {}
    async for tally in context.database[TALLIES].find({"view": PRODUCTS_VIEW.name, "count": {"$gt": 0}}):
        match tally["filters"]:
            case {"department": department, "category": category}:
                counts = _department(departments, department)["categories"]
                counts[category] = counts.get(category, 0) + tally["count"]
            case {"department": department}:
                _department(departments, department)["total"] += tally["count"]
            case _:
                pass
    return [
        departments[name] | {"categories": _list_categories(departments[name]["categories"])}
        for name in sorted(departments)
    ]


@router.get("/{product_id}")
async def get_product(product_id: str, context: CurrentContext) -> Document:
    """Get one product, whether or not it is for sale."""
    document = await context.collection(PRODUCTS_VIEW).find_one({"_id": product_id}, HIDDEN)
    if document is None:
        raise NotFound(f"no product {product_id}", product_id=product_id)
    return _present(document)


def _build_query(parameters: ProductParameters) -> Document:
    query: Document = {"forSale": True}
    query |= {name: value for name in ("department", "category") if (value := getattr(parameters, name)) is not None}
    if price := {
        operator: bound
        for operator, bound in (("$gte", parameters.min_price), ("$lte", parameters.max_price))
        if bound is not None
    }:
        query["price.amount"] = price
    if parameters.currency is not None:
        query["price.currency"] = parameters.currency
    if parameters.q is not None:
        query["$text"] = {"$search": search_text(parameters.q)}
    return query


def search_text(q: str) -> str:
    """Quote every word, so that all are required and none is read as an operator."""
    return " ".join(f'"{word}"' for word in _WORD.findall(q)) or '""'


async def _count(parameters: ProductParameters, query: Document, context: QueryContext) -> int:
    if query.keys() & {"price.amount", "price.currency", "$text"}:
        return await context.count(PRODUCTS_VIEW, query)
    filters = {"department": parameters.department, "category": parameters.category}
    return await context.read_tally(PRODUCTS_VIEW, label(**{name: value for name, value in filters.items() if value}))


def _present(product: Document) -> Document:
    return {"productId": product["_id"], **{name: value for name, value in product.items() if name != "_id"}}


def _department(departments: dict[str, Document], name: str) -> Document:
    return departments.setdefault(name, {"department": name, "total": 0, "categories": {}})


def _list_categories(categories: dict[str, int]) -> list[Document]:
    return [{"category": name, "total": categories[name]} for name in sorted(categories)]

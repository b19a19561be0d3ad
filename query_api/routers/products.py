"""Queries for products and departments."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from query_api.context import CurrentContext, QueryContext
from query_api.cursors import Sort
from query_api.freshness import fresh
from query_api.paging import Listed, PageParameters, find_page
from schemas.documents import PRODUCTS_VIEW, TALLIES, Document, label
from schemas.errors import NotFound
from schemas.message import Currency
from schemas.text import Label, SearchText
from text.collation import sort_key
from text.search_words import query_words, tokens

SORT_KEY = "nameKey"
SORTS: dict[str, Sort] = {
    "name": ((SORT_KEY, 1), ("productId", 1)),
    "-name": ((SORT_KEY, -1), ("productId", -1)),
    "price": (("price.amount", 1), ("productId", 1)),
    "-price": (("price.amount", -1), ("productId", -1)),
    "newest": (("createdAt", -1), ("productId", -1)),
}
"""Both fields in one direction, so that an index gives the order and its reverse."""
HIDDEN = {"_id": 0, "words": 0}
Price = Annotated[int, Field(ge=0, le=10**12)]
"""Minor units; not strict, for parameters arrive as text."""


class ProductParameters(PageParameters):
    """Filters and order of products: `q` the words a product must have, prices in minor units.

    Prices are compared as numbers: whoever asks by price in a catalogue of several currencies names one.
    """

    department: Label | None = None
    category: Label | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    currency: Currency | None = None
    q: SearchText | None = None
    sort: Literal["name", "-name", "price", "-price", "newest"] = "name"


router = APIRouter(prefix="/products", tags=["products"], dependencies=[fresh(PRODUCTS_VIEW)])


@router.get("")
async def list_products(parameters: Annotated[ProductParameters, Query()], context: CurrentContext) -> Listed:
    """List the products for sale."""
    query = _build_query(parameters)
    sort = SORTS[parameters.sort]
    page = await find_page(context.collection(PRODUCTS_VIEW), query, sort, parameters, HIDDEN)
    return page.listed(_present, await _count(parameters, query, context), parameters)


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
        for name in sorted(departments, key=sort_key)
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
    """Quote the token of every word, so that all are required."""
    return " ".join(f'"{token}"' for token in tokens(query_words(q)))


async def _count(parameters: ProductParameters, query: Document, context: QueryContext) -> int:
    if query.keys() & {"price.amount", "price.currency", "$text"}:
        return await context.count(PRODUCTS_VIEW, query)
    filters = {"department": parameters.department, "category": parameters.category}
    return await context.read_tally(PRODUCTS_VIEW, label(**{name: value for name, value in filters.items() if value}))


def _present(product: Document) -> Document:
    return {name: value for name, value in product.items() if name != SORT_KEY}


def _department(departments: dict[str, Document], name: str) -> Document:
    return departments.setdefault(name, {"department": name, "total": 0, "categories": {}})


def _list_categories(categories: dict[str, int]) -> list[Document]:
    return [{"category": name, "total": categories[name]} for name in sorted(categories, key=sort_key)]

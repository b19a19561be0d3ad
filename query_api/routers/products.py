"""The catalogue, as customers leaf through it."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from query_api.context import CurrentContext, QueryContext
from query_api.freshness import fresh
from query_api.paging import Listed, Page, Sort, page_of
from schemas.documents import PRODUCTS_VIEW, TALLIES, Document, label
from schemas.errors import NotFound
from schemas.product import Label

SORTS: dict[str, Sort] = {
    "name": (("name", 1), ("_id", 1)),
    "-name": (("name", -1), ("_id", 1)),
    "price": (("price.amount", 1), ("_id", 1)),
    "-price": (("price.amount", -1), ("_id", 1)),
    "newest": (("createdAt", -1), ("_id", 1)),
}
HIDDEN = {"words": 0}
"""What only the search needs."""
Price = Annotated[int, Field(ge=0, le=10**12)]
"""Minor units, read from text as every parameter is."""
_WORD = re.compile(r"\w+")


class Products(Page):
    """Which products, in which order; prices in minor units, `q` the words a product must have."""

    department: Label | None = None
    category: Label | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    q: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    sort: Literal["name", "-name", "price", "-price", "newest"] = "name"


router = APIRouter(prefix="/products", tags=["products"], dependencies=[fresh(PRODUCTS_VIEW)])


@router.get("")
async def list_products(asked: Annotated[Products, Query()], context: CurrentContext) -> Listed:
    """Products for sale."""
    wanted = _wanted(asked)
    found = await page_of(context.of(PRODUCTS_VIEW), wanted, SORTS[asked.sort], asked, HIDDEN)
    total = await _total(asked, wanted, context)
    return Listed(items=[_shown(product) for product in found], total=total, skip=asked.skip, limit=asked.limit)


@router.get("/departments")
async def list_departments(context: CurrentContext) -> list[Document]:
    """Every department with its categories, and how many products each has for sale."""
    departments: dict[str, Document] = {}
    async for tally in context.database[TALLIES].find({"view": PRODUCTS_VIEW.name, "count": {"$gt": 0}}):
        match tally["filters"]:
            case {"department": department, "category": category}:
                counted = _department(departments, department)["categories"]
                counted[category] = counted.get(category, 0) + tally["count"]
            case {"department": department}:
                _department(departments, department)["total"] += tally["count"]
            case _:
                pass
    return [
        departments[name] | {"categories": _sorted(departments[name]["categories"])} for name in sorted(departments)
    ]


@router.get("/{product_id}")
async def get_product(product_id: str, context: CurrentContext) -> Document:
    """One product, for sale or not."""
    found = await context.of(PRODUCTS_VIEW).find_one({"_id": product_id}, HIDDEN)
    if found is None:
        raise NotFound(f"no product {product_id}", product_id=product_id)
    return _shown(found)


def _wanted(asked: Products) -> Document:
    wanted: Document = {"forSale": True}
    wanted |= {name: value for name in ("department", "category") if (value := getattr(asked, name)) is not None}
    if price := {
        operator: bound
        for operator, bound in (("$gte", asked.min_price), ("$lte", asked.max_price))
        if bound is not None
    }:
        wanted["price.amount"] = price
    if asked.q is not None:
        wanted["$text"] = {"$search": searched(asked.q)}
    return wanted


def searched(q: str) -> str:
    """Every word as a phrase of its own: all of them must be there, and none is read as an operator."""
    return " ".join(f'"{word}"' for word in _WORD.findall(q)) or '""'


async def _total(asked: Products, wanted: Document, context: QueryContext) -> int:
    if wanted.keys() & {"price.amount", "$text"}:
        return await context.count(PRODUCTS_VIEW, wanted)
    filters = {"department": asked.department, "category": asked.category}
    return await context.tally(PRODUCTS_VIEW, label(**{name: value for name, value in filters.items() if value}))


def _shown(product: Document) -> Document:
    return {"productId": product["_id"], **{name: value for name, value in product.items() if name != "_id"}}


def _department(departments: dict[str, Document], name: str) -> Document:
    return departments.setdefault(name, {"department": name, "total": 0, "categories": {}})


def _sorted(categories: dict[str, int]) -> list[Document]:
    return [{"category": name, "total": categories[name]} for name in sorted(categories)]

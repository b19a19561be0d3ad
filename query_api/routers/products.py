"""Queries for products and departments."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import Field, field_validator
from starlette.responses import Response

from edge.problems import field_error
from query_api.catalogue.lists import Question, find_products
from query_api.catalogue.presentation import is_product, present_product
from query_api.catalogue.selection import Filters, Selection
from query_api.context import CurrentContext, QueryContext
from query_api.equality import by_operator
from query_api.freshness import HEADER, fresh
from query_api.paging import MAX_ITEMS, Listed, PageParameters
from query_api.products import find_product
from query_api.trending import trending_scores
from schemas.documents import PRODUCTS_VIEW, TALLIES, Document
from schemas.errors import Invalid
from schemas.message import Currency, Id, Message
from schemas.text import Label, SearchText
from text.collation import sort_key
from text.search_words import query_words

Price = Annotated[int, Field(ge=0, le=10**12)]
"""Minor units; not strict, for parameters arrive as text."""
MAX_TRENDING = 500
"""Products that come by their scores; those after them come by name."""
Stars = Annotated[int, Field(ge=1, le=5)]


class ProductParameters(PageParameters):
    """Filters and order of products: `q` the words a product must have, prices in minor units, or `ids=a,b,c`.

    Prices are compared as numbers: whoever asks by price in a catalogue of several currencies names one. Without a
    `sort`, what `q` finds comes by relevance, and other lists by name.
    """

    department: Label | None = None
    category: Label | None = None
    brand: Label | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    currency: Currency | None = None
    in_stock: bool | None = None
    min_rating: Stars | None = None
    q: SearchText | None = None
    sort: Literal["relevance", "name", "-name", "price", "-price", "newest", "rating", "trending"] | None = None
    ids: Annotated[tuple[Id, ...], Field(max_length=MAX_ITEMS)] | None = None

    @field_validator("ids", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        values = [value] if isinstance(value, str) else value
        return ",".join(values).split(",") if isinstance(values, list) else values


class FacetCount(Message):
    """A value of a facet, and how many products a list with it would have."""

    value: str
    count: int


class StockCount(Message):
    """How many products a list with this `inStock` would have."""

    value: bool
    count: int


class RatingCount(Message):
    """How many products a list with this `minRating` would have."""

    value: int
    count: int


class Facets(Message):
    """What a list can be narrowed to. A facet leaves its own filter out, and has its most frequent 100 values."""

    departments: list[FacetCount]
    categories: list[FacetCount]
    brands: list[FacetCount]
    in_stock: list[StockCount]
    ratings: list[RatingCount]


class ProductsListed(Listed):
    """One part of a list of products; of products that were asked for by id there are no facets."""

    facets: Facets | None


router = APIRouter(prefix="/products", tags=["products"], dependencies=[fresh(PRODUCTS_VIEW)])


@router.get("", response_model=ProductsListed)
async def list_products(
    parameters: Annotated[ProductParameters, Query()], request: Request, context: CurrentContext
) -> Response:
    """List the products for sale; or those with the ids that are asked for, whether or not they are."""
    listed = await (_list_by_ids if parameters.ids is not None else _list)(parameters, request, context)
    # Documents of ours need no check on the way out, which takes longer than finding them.
    return Response(orjson.dumps(listed), media_type="application/json")


@router.get("/departments")
async def list_departments(context: CurrentContext) -> list[Document]:
    """List the departments and their categories, with their numbers of products for sale."""
    departments: dict[str, Document] = {}
    tallies = by_operator({"view": context.name_of(PRODUCTS_VIEW), "count": {"$gt": 0}})
    async for tally in context.database[TALLIES].find(tallies):
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
    return await find_product(context, product_id)


async def _list(parameters: ProductParameters, request: Request, context: QueryContext) -> Document:
    index = await context.catalogue.index(is_fresh=HEADER in request.headers)
    question = _question(parameters)
    selection = context.selections.select(index, question.filters)
    page = find_products(index, selection, question, await _trending(question, context))
    found = await context.find_by_ids(PRODUCTS_VIEW, page.ids)
    return {
        "items": [present_product(product, context.sold_from) for product in found if product and product["forSale"]],
        "total": selection.total,
        "skip": parameters.skip,
        "limit": parameters.limit,
        "next": page.next,
        "facets": _facets(selection),
    }


async def _trending(question: Question, context: QueryContext) -> list[str]:
    """Return the most trending products, the first of a list that is sorted so."""
    if question.sort != "trending":
        return []
    scores = await trending_scores(context, department=question.filters.department, limit=MAX_TRENDING)
    return [product_id for product_id, _ in scores]


async def _list_by_ids(parameters: ProductParameters, _: Request, context: QueryContext) -> Document:
    if others := sorted(parameters.model_fields_set - {"ids"}):
        detail = "is not asked for together with ids"
        raise Invalid(f"{others[0]} {detail}", errors=[field_error(others[0], "ids", detail, where="query")])
    found = await context.find_by_ids(PRODUCTS_VIEW, dict.fromkeys(parameters.ids or ()))
    items = [present_product(product, context.sold_from) for product in found if is_product(product)]
    return {"items": items, "total": len(items), "skip": 0, "limit": MAX_ITEMS, "next": None, "facets": None}


def _question(parameters: ProductParameters) -> Question:
    filters = Filters(
        department=parameters.department,
        category=parameters.category,
        brand=parameters.brand,
        min_price=parameters.min_price,
        max_price=parameters.max_price,
        currency=parameters.currency,
        in_stock=parameters.in_stock,
        min_rating=parameters.min_rating,
        words=tuple(query_words(parameters.q)) if parameters.q is not None else (),
    )
    sort = parameters.sort or ("name" if parameters.q is None else "relevance")
    return Question(filters, sort, parameters.skip, parameters.limit, parameters.cursor)


def _facets(selection: Selection) -> Document:
    return {
        facet: [{"value": value, "count": count} for value, count in counts]
        for facet, counts in selection.facets.items()
    }


def _department(departments: dict[str, Document], name: str) -> Document:
    return departments.setdefault(name, {"department": name, "total": 0, "categories": {}})


def _list_categories(categories: dict[str, int]) -> list[Document]:
    return [{"category": name, "total": categories[name]} for name in sorted(categories, key=sort_key)]

"""What everybody may see: products, alone and with what belongs to them, and departments."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from bff.answers import Department, Product, Products, ProductsById, Stock
from bff.caching import NOT_KEPT, PUBLICLY_CACHED
from bff.calls import Calls, CurrentCalls
from bff.composition import composing
from bff.parameters import IdsParameters, ProductParameters, ReviewedTrendingParameters, TrendingParameters
from bff.path_ids import PathId
from bff.product_pages import BoughtTogether, ProductDetail, ReviewedProduct, Trending, TrendingWithReviews
from bff.product_views import count_view
from bff.reviews.answers import ProductReviews
from bff.session_layer import NO_SESSION
from schemas.stream_names import REVIEW_CATEGORY

REVIEWS_PER_PAGE, REVIEWS_PER_ITEM = 10, 2
router = APIRouter(prefix="/bff", tags=["catalogue"], dependencies=[PUBLICLY_CACHED])


@router.get("/products", openapi_extra=NO_SESSION)
async def list_products(parameters: Annotated[ProductParameters, Query()], calls: CurrentCalls) -> Products:
    """List the products for sale."""
    return await calls.catalogue("/products", answer=Products, parameters=parameters.pairs())


@router.get("/products/-by-id", openapi_extra=NO_SESSION)
async def list_by_ids(parameters: Annotated[IdsParameters, Query()], calls: CurrentCalls) -> ProductsById:
    """List the products with these ids, whether or not they are for sale; none of them counts as viewed."""
    return await calls.catalogue("/products", answer=ProductsById, parameters=parameters.pairs())


@router.get("/departments", openapi_extra=NO_SESSION)
async def list_departments(calls: CurrentCalls) -> list[Department]:
    """List the departments and their categories, with their numbers of products for sale."""
    return await calls.catalogue("/products/departments", answer=list[Department])


@router.get("/products/trending", openapi_extra=NO_SESSION)
async def list_trending(parameters: Annotated[TrendingParameters, Query()], calls: CurrentCalls) -> Trending:
    """List the products that are viewed, put into carts and ordered most, the latest counting most."""
    return await calls.catalogue("/products/trending", answer=Trending, parameters=parameters.pairs())


@router.get("/products/trending-with-reviews", openapi_extra=NO_SESSION)
async def list_trending_with_reviews(
    parameters: Annotated[ReviewedTrendingParameters, Query()], calls: CurrentCalls, response: Response
) -> TrendingWithReviews:
    """List what is trending, each product with its newest reviews; `degraded` says where those of any are missing."""
    async with composing() as page:
        trending = await calls.catalogue("/products/trending", answer=Trending, parameters=parameters.pairs())
        ids = [each.product_id for each in trending.items]
        parts = [page.begin("reviews", _reviews(calls, each, REVIEWS_PER_ITEM)) for each in ids]
        items = [
            ReviewedProduct(**dict(each), reviews=await part.get())
            for each, part in zip(trending.items, parts, strict=True)
        ]
        _keep_if_whole(response, page.degraded)
        return TrendingWithReviews(items=items, degraded=page.degraded)


@router.get("/products/{product_id}", openapi_extra=NO_SESSION)
async def get_product(product_id: PathId, calls: CurrentCalls, request: Request, response: Response) -> ProductDetail:
    """Get one product, whether or not it is for sale, with its stock, its reviews and what is bought together with it.

    `degraded` names the parts that are missing.
    """
    path = f"/products/{product_id}"
    async with composing() as page:
        stock = page.begin("stock", calls.catalogue(f"/inventory/{product_id}", answer=Stock, waits=False))
        reviews = page.begin("reviews", _reviews(calls, product_id, REVIEWS_PER_PAGE))
        together = page.begin(
            "boughtTogether", calls.catalogue(f"{path}/bought-together", answer=BoughtTogether, waits=False)
        )
        product = await calls.catalogue(path, answer=Product)
        count_view(request, product_id)
        shown = ProductDetail(
            **dict(product),
            stock=await stock.get(),
            reviews=await reviews.get(),
            bought_together=await together.get(),
            degraded=page.degraded,
        )
        _keep_if_whole(response, page.degraded)
        return shown


@router.get("/products/{product_id}/bought-together", openapi_extra=NO_SESSION)
async def list_bought_together(product_id: PathId, calls: CurrentCalls) -> BoughtTogether:
    """List what is bought together with a product, without counting a view of it."""
    return await calls.catalogue(f"/products/{product_id}/bought-together", answer=BoughtTogether)


async def _reviews(calls: Calls, product_id: str, limit: int) -> ProductReviews:
    """The newest reviews of a product; one that this browser has just written is among them."""
    return await calls.catalogue(
        f"/reviews/product/{product_id}",
        answer=ProductReviews,
        parameters=[("limit", str(limit))],
        waits=False,
        minimum=calls.session.written.of_key(REVIEW_CATEGORY, product_id),
    )


def _keep_if_whole(response: Response, degraded: list[str]) -> None:
    """Have nobody keep a page that lacks something: the next one may be whole."""
    if degraded:
        response.headers["Cache-Control"] = NOT_KEPT

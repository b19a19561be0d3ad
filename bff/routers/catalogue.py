"""What everybody may see: products, departments, and whether there is stock."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bff.answers import Department, Product, ProductDetail, Products, Stock
from bff.calls import CurrentCalls
from bff.composition import composing
from bff.parameters import ProductParameters
from bff.product_views import count_view
from bff.session_layer import NO_SESSION
from schemas.message import Id

router = APIRouter(prefix="/bff", tags=["catalogue"])


@router.get("/products", openapi_extra=NO_SESSION)
async def list_products(parameters: Annotated[ProductParameters, Query()], calls: CurrentCalls) -> Products:
    """List the products for sale."""
    return await calls.catalogue("/products", answer=Products, parameters=parameters.pairs())


@router.get("/departments", openapi_extra=NO_SESSION)
async def list_departments(calls: CurrentCalls) -> list[Department]:
    """List the departments and their categories, with their numbers of products for sale."""
    return await calls.catalogue("/products/departments", answer=list[Department])


@router.get("/products/{product_id}", openapi_extra=NO_SESSION)
async def get_product(product_id: Id, calls: CurrentCalls, request: Request) -> ProductDetail:
    """Get one product, whether or not it is for sale, with its stock; `degraded` names the parts that are missing."""
    async with composing() as page:
        stock = page.begin("stock", calls.catalogue(f"/inventory/{product_id}", answer=Stock, waits=False))
        product = await calls.catalogue(f"/products/{product_id}", answer=Product)
        count_view(request, product_id)
        return ProductDetail(**dict(product), stock=await stock.get(), degraded=page.degraded)

"""What everybody may see: products, departments, and whether there is stock."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from bff.answers import Department, Product, ProductDetail, Products, Stock
from bff.calls import Calls, CurrentCalls
from bff.parameters import ProductParameters
from bff.session_layer import NO_SESSION
from bff.upstream import UpstreamRefused
from schemas.errors import Unavailable
from schemas.message import Id

STOCK_WITHIN = 1.0
"""Seconds for which a product's page waits for its stock."""
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
async def get_product(product_id: Id, calls: CurrentCalls) -> ProductDetail:
    """Get one product, whether or not it is for sale, and its stock where that is known in time."""
    finding = asyncio.create_task(_find_stock(calls, product_id))
    try:
        product = await calls.catalogue(f"/products/{product_id}", answer=Product)
        return ProductDetail(**dict(product), stock=await finding)
    finally:
        finding.cancel()


async def _find_stock(calls: Calls, product_id: str) -> Stock | None:
    try:
        async with asyncio.timeout(STOCK_WITHIN):
            return await calls.catalogue(f"/inventory/{product_id}", answer=Stock, waits=False)
    except (Unavailable, UpstreamRefused, TimeoutError):
        return None

"""The catalogue, as an admin changes it."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.admin.answers import AdminProducts, ProductAccepted
from bff.admin.bodies import NewPrice, NewProduct
from bff.admin.parameters import AdminProductParameters
from bff.answers import Product
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.message import Id
from schemas.product import ProductChanges
from schemas.stream_names import product_stream

router = APIRouter(prefix="/bff/admin/products", tags=["admin"], dependencies=[restricted("admin")])


@router.get("")
async def list_products(parameters: Annotated[AdminProductParameters, Query()], calls: CurrentCalls) -> AdminProducts:
    """List all products by id, also those that were discontinued."""
    minimum = calls.session.written.of_category("product")
    return await calls.query("/admin/products", answer=AdminProducts, parameters=parameters.pairs(), minimum=minimum)


@router.post("", status_code=201)
async def create_product(body: NewProduct, calls: CurrentCalls) -> ProductAccepted:
    """Add a product to the catalogue."""
    return await calls.command("POST", "/products", body, answer=ProductAccepted)


@router.get("/{product_id}")
async def get_product(product_id: Id, calls: CurrentCalls) -> Product:
    """Get one product, whether or not it is for sale; nobody counts it as a view."""
    minimum = calls.session.written.of_stream(product_stream(product_id))
    return await calls.query(f"/admin/products/{product_id}", answer=Product, minimum=minimum)


@router.patch("/{product_id}")
async def update_product(product_id: Id, body: ProductChanges, calls: CurrentCalls) -> ProductAccepted:
    """Change the fields of a product that are given; null removes what need not be there."""
    return await calls.command("PATCH", f"/products/{product_id}", body, answer=ProductAccepted)


@router.put("/{product_id}/price")
async def change_price(product_id: Id, body: NewPrice, calls: CurrentCalls) -> ProductAccepted:
    """Change the price of a product, in the same currency."""
    return await calls.command("PUT", f"/products/{product_id}/price", body, answer=ProductAccepted)


@router.post("/{product_id}/discontinue")
async def discontinue_product(product_id: Id, calls: CurrentCalls) -> ProductAccepted:
    """Discontinue a product, so that it cannot be ordered any more."""
    return await calls.command("POST", f"/products/{product_id}/discontinue", answer=ProductAccepted)


@router.post("/{product_id}/relist")
async def relist_product(product_id: Id, calls: CurrentCalls) -> ProductAccepted:
    """Sell a discontinued product again."""
    return await calls.command("POST", f"/products/{product_id}/relist", answer=ProductAccepted)

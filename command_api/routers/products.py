"""The catalogue's commands, for admins."""

from collections import Counter
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from command_api.context import Caller, CurrentCaller, StreamCommand
from command_api.responses import ProductAccepted, ProductsImported
from edge.auth import requires
from schemas.errors import Invalid
from schemas.message import Command, Id, Money, Text
from schemas.product import (
    ChangePrice,
    CreateProduct,
    DiscontinueProduct,
    Label,
    ProductCommand,
    Prose,
    UpdateProduct,
)
from schemas.stream_names import product_stream

IMPORT_PATH = "/products/import"
IMPORT_BYTES = 1_048_576
MOST_IMPORTED = 500

router = APIRouter(prefix="/products", tags=["products"], dependencies=[requires("admin")])


class NewProduct(Command):
    """A product to be; the server draws an id if it brings none."""

    product_id: Id | None = None
    name: Text
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""
    price: Money


class NewProducts(Command):
    """Many products at once, all or none."""

    products: Annotated[tuple[CreateProduct, ...], Field(min_length=1, max_length=MOST_IMPORTED)]


class ProductChanges(Command):
    """What is said of a product from now on; what is left out stays."""

    name: Text | None = None
    department: Label | None = None
    category: Label | None = None
    brand: Label | None = None
    description: Prose | None = None


class NewPrice(Command):
    """What a product costs from now on."""

    price: Money


@router.post("", status_code=201, response_model=ProductAccepted)
async def create_product(body: NewProduct, caller: CurrentCaller) -> Response:
    """Bring a product into the catalogue; the same one again changes nothing."""
    request = caller.asks(body)
    product_id = body.product_id or request.derive_id("product")
    command = CreateProduct(**dict(body) | {"product_id": product_id})
    return await request.handle(
        [_product(caller, command)], partial(ProductAccepted, product_id=product_id), status=201
    )


@router.post("/import", response_model=ProductsImported)
async def import_products(body: NewProducts, caller: CurrentCaller) -> Response:
    """Bring at most 500 products in, all or none; those that are there already, and the same, stay as they are."""
    counted = Counter(product.product_id for product in body.products)
    if twice := [product_id for product_id, times in counted.items() if times > 1]:
        raise Invalid("products named more than once", product_ids=twice)
    request, products = caller.asks(body), {product_stream(each.product_id): each for each in body.products}
    async with request.reply_once() as answer:
        for unit in answer.attempts():
            await unit.load(caller.context.products, products)
            new = [stream for stream, each in products.items() if unit.decide(stream, each, request.cause)]
            last = (new or [*products])[-1]
            await answer.commit(
                unit,
                ProductsImported(
                    imported=len(new),
                    unchanged=len(products) - len(new),
                    stream_id=last,
                    version=unit.version(last),
                    position=0,
                ),
            )
    return answer.response(200)


@router.patch("/{product_id}", response_model=ProductAccepted)
async def update_product(product_id: Id, body: ProductChanges, caller: CurrentCaller) -> Response:
    """Change what is said of a product."""
    return await _change(caller, UpdateProduct(product_id=product_id, **dict(body)))


@router.put("/{product_id}/price", response_model=ProductAccepted)
async def change_price(product_id: Id, body: NewPrice, caller: CurrentCaller) -> Response:
    """Ask another price, in the same currency."""
    return await _change(caller, ChangePrice(product_id=product_id, price=body.price))


@router.post("/{product_id}/discontinue", response_model=ProductAccepted)
async def discontinue_product(product_id: Id, caller: CurrentCaller) -> Response:
    """Take a product out of sale."""
    return await _change(caller, DiscontinueProduct(product_id=product_id))


async def _change(caller: Caller, command: UpdateProduct | ChangePrice | DiscontinueProduct) -> Response:
    reply = partial(ProductAccepted, product_id=command.product_id)
    return await caller.asks(command).handle([_product(caller, command)], reply)


def _product(caller: Caller, command: ProductCommand) -> StreamCommand:
    return StreamCommand(caller.context.products, product_stream(command.product_id), command)

"""The catalogue's commands, for admins."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from command_api.context import CurrentCaller
from command_api.handling import CommandResult, StreamCommand
from command_api.responses import ProductAccepted, ProductsImported
from domain.product import Product
from edge.auth import requires
from schemas.errors import Invalid
from schemas.message import Command, Id, Money, Text
from schemas.product import (
    ChangePrice,
    CreateProduct,
    DiscontinueProduct,
    Label,
    ProductCommand,
    ProductEvent,
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
    errand = caller.asks(body)
    product_id = body.product_id or errand.fresh_id("product")
    command = CreateProduct(**dict(body) | {"product_id": product_id})
    return await errand.run([_turn(caller, command)], partial(_accepted, product_id), status=201)


@router.post("/import", response_model=ProductsImported)
async def import_products(body: NewProducts, caller: CurrentCaller) -> Response:
    """Bring at most 500 products in, all or none; those that are there already, and the same, stay as they are."""
    counted = Counter(product.product_id for product in body.products)
    if twice := [product_id for product_id, times in counted.items() if times > 1]:
        raise Invalid("products named more than once", product_ids=twice)
    return await caller.asks(body).run([_turn(caller, product) for product in body.products], _imported)


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


async def _change(caller: CurrentCaller, command: UpdateProduct | ChangePrice | DiscontinueProduct) -> Response:
    return await caller.asks(command).run([_turn(caller, command)], partial(_accepted, command.product_id))


def _turn(caller: CurrentCaller, command: ProductCommand) -> StreamCommand[ProductCommand, Product, ProductEvent]:
    return StreamCommand(caller.desk.products, product_stream(command.product_id), command)


def _accepted(product_id: str, outcomes: Sequence[CommandResult]) -> ProductAccepted:
    [outcome] = outcomes
    return ProductAccepted(
        product_id=product_id, stream_id=outcome.stream, version=outcome.version, position=outcome.position
    )


def _imported(outcomes: Sequence[CommandResult]) -> ProductsImported:
    new = [outcome for outcome in outcomes if outcome.events]
    last = new[-1] if new else outcomes[-1]
    return ProductsImported(
        imported=len(new),
        unchanged=len(outcomes) - len(new),
        stream_id=last.stream,
        version=last.version,
        position=last.position,
    )

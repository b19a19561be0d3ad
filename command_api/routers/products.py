"""Commands for products, by admins."""

from collections import Counter
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from command_api.context import Caller, CurrentCaller, StreamCommand
from command_api.responses import ProductAccepted, ProductsImported
from domain.product import Product
from edge.auth import requires
from event_store.unit_of_work import UnitOfWork
from schemas.currencies import Price
from schemas.errors import Invalid
from schemas.message import Command, Id
from schemas.product import (
    Attributes,
    ChangePrice,
    CreateProduct,
    DiscontinueProduct,
    PictureName,
    ProductChanges,
    ProductCommand,
    ProductCreated,
    RelistProduct,
    UpdateProduct,
)
from schemas.reserved_ids import ChosenId
from schemas.stream_names import product_stream
from schemas.text import Label, Line, Prose

MAX_IMPORTED = 500

router = APIRouter(prefix="/products", tags=["products"], dependencies=[requires("admin")])


class NewProduct(Command):
    """A new product; without `productId` it gets a new id."""

    product_id: ChosenId | None = None
    name: Line
    department: Label
    category: Label
    brand: Label | None = None
    description: Prose = ""
    attributes: Attributes = Field(default_factory=dict)
    picture: PictureName | None = None
    price: Price


class NewProducts(Command):
    """Several new products."""

    products: Annotated[tuple[CreateProduct, ...], Field(min_length=1, max_length=MAX_IMPORTED)]


class NewPrice(Command):
    """The new price of a product."""

    price: Price


@router.post("", status_code=201, response_model=ProductAccepted)
async def create_product(body: NewProduct, caller: CurrentCaller) -> Response:
    """Add a product to the catalogue; an identical one changes nothing."""
    request = caller.make_request(body)
    product_id = body.product_id or request.new_id("product")
    command = CreateProduct(**dict(body) | {"product_id": product_id})
    reply = partial(ProductAccepted, product_id=product_id)
    return await request.handle([_product(caller, command)], reply, status=201, version=partial(_version, command))


def _version(command: CreateProduct, unit: UnitOfWork, stream: str) -> int:
    """Return the version at which this product was created; the last one where others made it what it is."""
    product: Product = unit.state(stream)
    return 1 if product.created == ProductCreated(**dict(command)) else unit.version(stream)


@router.post("/import", response_model=ProductsImported)
async def import_products(body: NewProducts, caller: CurrentCaller) -> Response:
    """Add at most 500 products, all or none; identical ones that already exist change nothing."""
    counts = Counter(product.product_id for product in body.products)
    if duplicates := [product_id for product_id, count in counts.items() if count > 1]:
        raise Invalid("products named more than once", product_ids=duplicates)
    request, products = caller.make_request(body), {product_stream(each.product_id): each for each in body.products}
    async with request.reply_once() as idempotent:
        for unit in idempotent.attempts():
            await unit.load(caller.context.products, products)
            new = [stream for stream, each in products.items() if unit.decide(stream, each, request.cause)]
            last = (new or [*products])[-1]
            await idempotent.commit(
                unit,
                ProductsImported(
                    imported=len(new),
                    unchanged=len(products) - len(new),
                    stream_id=last,
                    version=unit.version(last),
                    position=0,
                ),
            )
    return idempotent.response(200)


@router.patch("/{product_id}", response_model=ProductAccepted)
async def update_product(product_id: Id, body: ProductChanges, caller: CurrentCaller) -> Response:
    """Change the fields of a product that are given; null removes what need not be there, as one attribute of it."""
    return await _change(caller, UpdateProduct(product_id=product_id, **body.model_dump(exclude_unset=True)))


@router.put("/{product_id}/price", response_model=ProductAccepted)
async def change_price(product_id: Id, body: NewPrice, caller: CurrentCaller) -> Response:
    """Change the price of a product, in the same currency."""
    return await _change(caller, ChangePrice(product_id=product_id, price=body.price))


@router.post("/{product_id}/discontinue", response_model=ProductAccepted)
async def discontinue_product(product_id: Id, caller: CurrentCaller) -> Response:
    """Discontinue a product, so that it cannot be ordered any more."""
    return await _change(caller, DiscontinueProduct(product_id=product_id))


@router.post("/{product_id}/relist", response_model=ProductAccepted)
async def relist_product(product_id: Id, caller: CurrentCaller) -> Response:
    """Sell a discontinued product again."""
    return await _change(caller, RelistProduct(product_id=product_id))


Change = UpdateProduct | ChangePrice | DiscontinueProduct | RelistProduct


async def _change(caller: Caller, command: Change) -> Response:
    reply = partial(ProductAccepted, product_id=command.product_id)
    return await caller.make_request(command).handle([_product(caller, command)], reply)


def _product(caller: Caller, command: ProductCommand) -> StreamCommand:
    return StreamCommand(caller.context.products, product_stream(command.product_id), command)

"""Puts the demo catalogue into a new shop: about 300 real products, with a first delivery of each."""

from importlib.resources import files
from typing import NamedTuple

import httpx
import orjson
import structlog

from aioutlet.journey.admin_client import AdminClient
from schemas.product import CreateProduct

DELIVERY = "demo-1"
"""A later catalogue that brings more stock needs another name."""


log = structlog.get_logger(__name__)


class Demo(NamedTuple):
    """What is in `catalogue.json`."""

    products: list[CreateProduct]
    stock: dict[str, int]
    """Pieces to begin with, by product."""


async def load_demo(commands: httpx.AsyncClient, token: str) -> int:
    """Import the products and receive their stock once; return how many products were new.

    Done again it changes nothing, not even after a crash between the two.

    Args:
        commands: A client of the command API.
        token: A Bearer token of an admin.

    Raises:
        httpx.HTTPError: The shop did not take it.
    """
    demo, staff = catalogue(), AdminClient(commands, token)
    new = await staff.list_products(demo.products)
    await staff.receive(DELIVERY, demo.stock)
    log.info("demo catalogue loaded", products=new)
    return new


def catalogue() -> Demo:
    """Read the committed file."""
    listed = orjson.loads(files("aioutlet.demo").joinpath("catalogue.json").read_bytes())
    stock = {product["productId"]: int(product.pop("stock")) for product in listed}
    return Demo([CreateProduct.model_validate(product) for product in listed], stock)

"""Loads the demo catalogue into a shop: about 300 real products, with a delivery of each."""

from importlib.resources import files
from typing import NamedTuple

import httpx
import orjson
import structlog

from aioutlet.journey.admin_client import AdminClient
from schemas.product import CreateProduct

DELIVERY = "demo-1"
"""Receipt id of the delivery; a later catalogue with more stock needs another."""


log = structlog.get_logger(__name__)


class DemoCatalogue(NamedTuple):
    """The content of `catalogue.json`."""

    products: list[CreateProduct]
    stock: dict[str, int]
    """Pieces by product id."""


async def load_demo(commands: httpx.AsyncClient, token: str) -> int:
    """Import the products and receive their stock once; return how many products were new.

    Safe to repeat, also after a crash between the two.

    Args:
        commands: A client of the command API.
        token: A Bearer token of an admin.

    Raises:
        httpx.HTTPError: The command API refused or did not answer.
    """
    catalogue, admin = read_catalogue(), AdminClient(commands, token)
    new = await admin.list_products(catalogue.products)
    await admin.receive(DELIVERY, catalogue.stock)
    log.info("demo catalogue loaded", products=new)
    return new


def read_catalogue() -> DemoCatalogue:
    """Read `catalogue.json`."""
    products = orjson.loads(files("aioutlet.demo").joinpath("catalogue.json").read_bytes())
    stock = {product["productId"]: int(product.pop("stock")) for product in products}
    return DemoCatalogue([CreateProduct.model_validate(product) for product in products], stock)

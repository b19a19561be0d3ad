"""A shop with two bugs, one in a handler and one in a read model, that orders of so many pieces meet once paid."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from tests.e2e.customers import counter
from tests.e2e.running import ShopProcess
from tests.services.waiting import STUCK_AFTER
from tests.web.keepers import Customer, browsing_at, logged_in_customer

STOPPED, UNFOLDED = 7, 8
"""Pieces of orders that the saga's handler cannot go on with, and of those whose document cannot be folded."""
CAUSES = {STOPPED: "LookupError", UNFOLDED: "ZeroDivisionError"}
MENDED = "mended"
"""While the shop's folder has a file of this name, there are no bugs."""
FIRST_DELAY = 0.05
"""Seconds before what fails is tried again, for the first time: the sooner it is dead."""
WITH_BUGS = (
    sys.executable,
    "-c",
    f"""
import os
import sys
from pathlib import Path

import projectors.incomplete
import streams.fulfilment as handler
import streams.parked_messages
from aioutlet.cli import main
from projectors.models.orders import ORDERS
from schemas.order import OrderCreated
from schemas.payment import PaymentProcessed

mended = Path(os.environ["AIOUTLET_DATA"]) / "{MENDED}"
pieces = {{}}
step, project = handler.step, ORDERS.project

def meets_it(event, bug):
    if isinstance(event, OrderCreated):
        pieces[event.order_id] = sum(item.quantity for item in event.items)
    return isinstance(event, PaymentProcessed) and pieces.get(event.order_id) == bug and not mended.exists()

def broken_step(state, message, **known):
    if meets_it(message, {STOPPED}):
        raise LookupError("the line that is to be mended")
    return step(state, message, **known)

def broken_project(document, part, envelope):
    if meets_it(envelope.event, {UNFOLDED}):
        return 1 // 0
    return project(document, part, envelope)

projectors.incomplete.FIRST_DELAY = streams.parked_messages.FIRST_DELAY = {FIRST_DELAY}
handler.step = broken_step
object.__setattr__(ORDERS, "project", broken_project)
sys.argv = ["aioutlet", "run"]
main()
""",
)


@contextmanager
def mended(shop: ShopProcess) -> Iterator[None]:
    """Let there be no bugs for a while."""
    (shop.data / MENDED).touch()
    try:
        yield
    finally:
        (shop.data / MENDED).unlink()


@asynccontextmanager
async def customer_of(shop: ShopProcess) -> AsyncIterator[Customer]:
    """The demo's customer at a shop with bugs."""
    async with browsing_at(shop) as browser:
        yield await logged_in_customer(browser, shop)


async def leave_dead_letters(shop: ShopProcess, customer: Customer, *pieces: int) -> list[dict[str, Any]]:
    """Place an order of each of these numbers of pieces, and wait until what is left of each is dead."""
    async with counter(shop.addresses()) as ask:
        product = await ask.product(stock=sum(pieces))
        placed = [await customer.order(product, quantity) for quantity in pieces]
        headers, path = ask.bearer("otto", "operator"), "/admin/dead-letters"
        async with asyncio.timeout(STUCK_AFTER):
            for order in placed:
                asked = {"state": "dead", "orderId": order["orderId"]}
                while not (await ask.queries.get(path, params=asked, headers=headers)).json()["items"]:
                    pass
    return placed


async def leave_some_parked(shop: ShopProcess) -> str:
    """Leave dead letters of both bugs; the id of an order that has stopped."""
    async with customer_of(shop) as customer:
        stopped, *_ = await leave_dead_letters(shop, customer, STOPPED, STOPPED, STOPPED, UNFOLDED)
        return str(stopped["orderId"])

"""Carts in a running shop: many requests at once, what changes before the checkout, and one that is left alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from schemas.stream_names import cart_stream
from tests.browser import Answer, Browser
from tests.e2e.account_walk import Place, Walk, customer
from tests.e2e.carts import check_out, put
from tests.e2e.customers import Counter, counter
from tests.e2e.logs import reading
from tests.e2e.running import SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER

CART = "/bff/cart"
ADDS = 50


@pytest.fixture
async def ada(place: Place) -> AsyncIterator[Browser]:
    async with customer(place) as browser:
        yield browser


async def change_product(ask: Counter, method: str, path: str, **body: Any) -> None:
    staff = ask.bearer("staff", "admin")
    (await ask.commands.request(method, f"/products/{path}", json=body, headers=staff)).raise_for_status()


async def shown(ada: Browser, *changes: list[str]) -> Answer:
    """The cart once its lines show these changes."""
    async with asyncio.timeout(STUCK_AFTER):
        while True:
            cart = await ada.get(CART)
            if [line["changes"] for line in cart["items"]] == [*changes]:
                return cart


async def test_of_fifty_adds_at_once_none_is_lost(ada: Browser, ask: Counter) -> None:
    product_id = await ask.product(stock=2 * ADDS)
    await asyncio.gather(*(put(ada, CART, product_id, 1) for _ in range(ADDS)))
    assert (await ada.get(CART))["pieces"] == ADDS


async def test_a_transfer_among_adds_loses_none(ada: Browser, place: Place, ask: Counter) -> None:
    product_id = await ask.product(stock=100)
    item = {"productId": product_id, "quantity": 1}
    async with Walk(place).browser() as visitor:
        guest = (await visitor.post("/bff/guest/cart"))["guestId"]
        guest_cart = f"/bff/guest/cart/{guest}"
        await visitor.post(f"{guest_cart}/items", json=item)
        adds = [(visitor, guest_cart), (ada, CART)] * 8
        moved, *answers = await asyncio.gather(
            ada.ask("POST", f"{CART}/transfer", json={"guestId": guest}),
            *(browser.ask("POST", f"{cart}/items", json=item) for browser, cart in adds),
        )
    assert moved.status_code == 200
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.json()["code"] for answer in refused} <= {"cart_transferred"}
    assert (await put(ada, CART, product_id, 1))["pieces"] == 2 + len(answers) - len(refused)


async def test_a_price_that_changes_before_the_checkout_is_asked_about(ada: Browser, ask: Counter) -> None:
    product_id = await ask.product(stock=5)
    cart_id = (await put(ada, CART, product_id, 2))["cartId"]
    await change_product(ask, "PUT", f"{product_id}/price", price={"amount": 600, "currency": "USD"})
    quote = (await check_out(ada, cart_id, "first")).json()
    assert (quote["code"], quote["subtotal"]) == ("total_differs", 1_200)
    await shown(ada, ["priceChanged"])
    placed = await check_out(ada, cart_id, "second", totalAmount=quote["totalAmount"])
    assert (placed.status_code, placed.json()["totalAmount"]) == (201, quote["totalAmount"])
    assert (await ada.get(CART))["items"] == []


async def test_a_discontinued_product_in_the_cart_is_shown_as_such_and_not_sold(ada: Browser, ask: Counter) -> None:
    kept, gone = await ask.product(stock=5), await ask.product(stock=5)
    cart_id = (await put(ada, CART, kept, 1))["cartId"]
    await put(ada, CART, gone, 1)
    await change_product(ask, "POST", f"{gone}/discontinue")
    refused = await check_out(ada, cart_id, "first")
    assert (refused.status_code, refused.json()["code"]) == (409, "product_not_for_sale")
    cart = await shown(ada, [], ["notForSale"])
    assert (cart["canCheckOut"], cart["subtotal"]["amount"], cart["items"][1]["forSale"]) == (False, 500, False)
    await ada.done("DELETE", f"{CART}/items/{gone}")
    assert (await check_out(ada, cart_id, "second")).status_code == 201


@pytest.fixture
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop in which carts are abandoned at once, and guests' end soon after."""
    settings = {
        "AIOUTLET_TOKEN_SECRET": SECRET,
        "AIOUTLET_DEMO": "false",
        "AIOUTLET_CART_ABANDONED": "0.1",
        "AIOUTLET_GUEST_CART": "0.2",
    }
    with ShopProcess(tmp_path_factory.mktemp("impatient") / "var", settings) as running:
        yield running


async def test_a_cart_left_alone_is_abandoned_and_a_guests_ends(impatient: ShopProcess) -> None:
    addresses = impatient.addresses()
    async with counter(addresses) as ask, reading(addresses["log"]) as log, Browser(addresses["bff"]) as visitor:
        product_id = await ask.product(stock=5)
        guest = (await visitor.post("/bff/guest/cart"))["guestId"]
        await put(visitor, f"/bff/guest/cart/{guest}", product_id, 1)
        await log.event("cart.abandoned", cart_stream(guest))
        await log.event("cart.expired", cart_stream(guest))
        again = await visitor.ask(
            "POST", f"/bff/guest/cart/{guest}/items", json={"productId": product_id, "quantity": 1}
        )
        assert (again.status_code, again.json()["code"]) == (404, "cart_expired")

"""Carts in a running shop: a price that changes is asked about, and a cart that is left alone is abandoned."""

from collections.abc import Iterator

import pytest

from schemas.stream_names import cart_stream
from tests.browser import Browser
from tests.e2e.account_walk import Place, Walk
from tests.e2e.carts import check_out, put
from tests.e2e.customers import Counter, counter
from tests.e2e.logs import reading
from tests.e2e.running import SECRET, ShopProcess


async def test_a_price_that_changes_before_the_checkout_is_asked_about(place: Place, ask: Counter) -> None:
    product_id = await ask.product(stock=5)
    walk = Walk(place)
    async with walk.browser() as home:
        await walk.register(home)
        await walk.verify(home)
        cart_id = (await put(home, "/bff/cart", product_id, 2))["cartId"]
        dearer = {"price": {"amount": 600, "currency": "USD"}}
        staff = ask.bearer("staff", "admin")
        (await ask.commands.put(f"/products/{product_id}/price", json=dearer, headers=staff)).raise_for_status()
        quote = (await check_out(home, cart_id, "first")).json()
        assert (quote["code"], quote["subtotal"]) == ("total_differs", 1_200)
        placed = await check_out(home, cart_id, "second", totalAmount=quote["totalAmount"])
        assert (placed.status_code, placed.json()["totalAmount"]) == (201, quote["totalAmount"])
        assert (await home.get("/bff/cart"))["items"] == []


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

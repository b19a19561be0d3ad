"""What a person does with an account through the door for browsers, and what another person cannot."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.browser import ACCESS, REFRESH, Browser
from tests.e2e.account_walk import ADDRESS, Place, Walk, customer
from tests.e2e.customers import Counter

TABS = 5


@pytest.fixture
async def ada(place: Place) -> AsyncIterator[Browser]:
    async with customer(place) as browser:
        yield browser


@pytest.fixture
async def basket(ask: Counter) -> dict[str, Any]:
    return {"items": [{"productId": await ask.product(stock=5), "quantity": 1}], "shippingAddress": ADDRESS}


async def order(browser: Browser, basket: dict[str, Any]) -> dict[str, Any]:
    return await browser.post("/bff/orders", 201, json=basket, headers={"Idempotency-Key": "first"})


async def test_an_order_that_is_sent_again_is_the_same_and_is_seen_at_once(
    ada: Browser, basket: dict[str, Any]
) -> None:
    placed = await order(ada, basket)
    assert await order(ada, basket) == placed
    shown = await ada.get(f"/bff/orders/{placed['orderId']}")
    assert ADDRESS.items() <= shown["shippingAddress"].items()


async def test_a_person_sees_every_change_at_once_and_takes_everything_home(ada: Browser) -> None:
    await ada.done("PATCH", "/bff/me", json={"firstName": "Augusta"})
    assert (await ada.get("/bff/me"))["firstName"] == "Augusta"
    await ada.post("/bff/me/addresses", 201, json={"address": ADDRESS})
    [saved] = (await ada.get("/bff/me/addresses"))["items"]
    assert ADDRESS.items() <= saved["address"].items()
    email = (await ada.get("/bff/me"))["email"]
    assert (await ada.get("/bff/me/export"))["profile"]["email"] == email
    assert len((await ada.get("/bff/me/sessions"))["items"]) == 1


async def test_all_tabs_whose_token_has_run_out_go_on_and_so_does_the_browser(ada: Browser) -> None:
    before = ada.cookie(REFRESH)
    ada.client.cookies.delete(ACCESS)
    answers = await asyncio.gather(*(ada.ask("GET", "/bff/me") for _ in range(TABS)))
    assert [answer.status_code for answer in answers] == [200] * TABS
    assert len({answer.cookies.get(REFRESH) for answer in answers}) == 1
    assert ada.cookie(REFRESH) != before
    await ada.post("/bff/auth/refresh")
    await ada.get("/bff/me")


async def test_nobody_sees_or_cancels_the_orders_of_another(ada: Browser, place: Place, basket: dict[str, Any]) -> None:
    path, walk = f"/bff/orders/{(await order(ada, basket))['orderId']}", Walk(place)
    async with walk.browser() as eve:
        await walk.register(eve)
        await walk.verify(eve)
        await eve.refused(404, "not_found", "GET", path)
        await eve.refused(404, "not_found", "POST", f"{path}/cancel")
        await eve.refused(403, "forbidden", "PUT", f"{path}/status", json={"status": "Shipped"})
        await eve.refused(403, "forbidden", "GET", "/bff/admin/users")
        assert (await eve.get("/bff/orders"))["items"] == []
    of_another = {"json": basket | {"customerId": walk.user_id}, "headers": {"Idempotency-Key": "second"}}
    await ada.refused(403, "forbidden", "POST", "/bff/orders", **of_another)

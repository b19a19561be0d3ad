"""Every route of the BFF and everybody with an account: the whole matrix, over both APIs behind it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from aioutlet.pages.access import NO, NOBODY, PEOPLE, UNVERIFIED, account_cell, rules_of
from bff.http_client import HttpClient
from bff.main import BffOptions, build_app
from bff.origin import public_origin
from projectors.document_io import Database
from tests.accounts import SECRET
from tests.browser import Browser
from tests.integration.doors.counter import MUG, Counter, basket, key
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_accounts import PASSWORD
from tests.integration.doors.test_who_may_ask import ids
from tests.leaving import leaving
from tests.services_client import client_over

pytestmark = pytest.mark.usefixtures("short_silences")

ORIGIN = "http://localhost:4000"
LOGOUT = "/bff/auth/logout"
"""Called last: nothing can be asked after it."""
STAFF = ("operator", "analyst", "auditor", "admin")


BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/bff/orders"): basket(),
    ("PUT", "/bff/orders/{order_id}/status"): {"status": "Shipped"},
    ("POST", "/bff/admin/users"): {"email": "new@example.org", "firstName": "A", "lastName": "B"},
    ("PUT", "/bff/admin/users/{user_id}/roles"): {"roles": []},
    ("POST", "/bff/admin/users/{user_id}/deactivate"): {"reason": "left"},
    ("POST", "/bff/reviews"): {"productId": "lamp", "rating": 5, "text": "It lights"},
    ("POST", "/bff/reviews/{product_id}/{review_id}/report"): {"reason": "spam"},
    ("POST", "/bff/admin/reviews/{product_id}/{user_id}/moderation"): {"visible": True, "reason": "it is fine"},
    ("POST", "/bff/admin/products"): MUG | {"productId": "cup"},
    ("PUT", "/bff/admin/products/{product_id}/price"): {"price": MUG["price"]},
    ("POST", "/bff/admin/stock/receipts"): {"items": [{"productId": "mug", "quantity": 1}]},
    ("POST", "/bff/admin/stock/adjustments"): {"productId": "mug", "delta": 1, "reason": "found"},
    ("POST", "/bff/admin/sagas/{order_id}/retry"): {"evidence": "the provider is well"},
    ("POST", "/bff/admin/dead-letters/replay"): {"ids": ["saga.1"], "reason": "mended"},
    ("POST", "/bff/admin/dead-letters/discard"): {"ids": ["saga.1"], "reason": "settled by phone"},
    ("POST", "/bff/admin/dead-letters/replay-cause"): {"cause": "KeyError", "reason": "mended"},
    **{
        ("POST", f"/bff/admin/projections/{{view}}/{action}"): {"reason": "a try"}
        for action in ("rebuild", "rollback", "versions/{rebuild}/switch", "versions/{rebuild}/drop")
    },
    ("POST", "/bff/admin/sagas/{order_id}/mark-done"): {"evidence": "bank transfer 7"},
    ("POST", "/bff/admin/sagas/{order_id}/force-fail"): {"evidence": "nobody answers"},
    ("POST", "/bff/admin/sagas/{order_id}/confirm"): {"proposalId": "p-1"},
    ("PUT", "/bff/admin/config/{key}"): {"value": {}, "reason": "a try", "version": 0},
}
"""What passes the BFF's own look at a body, of the routes that the services behind it guard by role."""


class BothApis(httpx.AsyncBaseTransport):
    """Carries each request to the application that its host names."""

    def __init__(self, commands: Counter, queries: Reader) -> None:
        self._apps = {
            "commands": httpx.ASGITransport(commands.app),
            "queries": httpx.ASGITransport(leaving(queries.app)),
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._apps[request.url.host].handle_async_request(request)


class Shop:
    """A BFF before both APIs, and what a test does in it."""

    def __init__(self, counter: Counter, reader: Reader, client: HttpClient) -> None:
        options = BffOptions(
            command_url="http://commands",
            query_url="http://queries",
            origin=public_origin(ORIGIN),
            csrf_secret=SECRET,
            guest_token=str,
            token_of_guest=str,
        )
        self.counter, self.reader, self.app = counter, reader, build_app(options, client)

    def browser(self) -> Browser:
        """A browser without a session."""
        return Browser(ORIGIN, httpx.ASGITransport(self.app))

    async def of_role(self, role: str, name: str) -> Browser:
        """A browser with the session of somebody who has this role."""
        email, browser = f"{name}@example.org", self.browser()
        person = {"email": email, "firstName": "A", "lastName": "B", "password": PASSWORD}
        if role == UNVERIFIED:
            await browser.post("/bff/auth/register", 201, json=person)
        else:
            roles = [role] if role in STAFF else []
            await self.counter.done("POST", "/users", 201, json=person | {"roles": roles})
            await browser.post("/bff/auth/login", json={"email": email, "password": PASSWORD})
        return browser

    async def show(self) -> None:
        """Bring the documents up to the log."""
        await self.reader.sees(await self.counter.log())


@pytest.fixture
async def shop(counter: Counter, mongodb: Database) -> AsyncIterator[Shop]:
    reader = Reader(mongodb, counter.accounts.identity, store=counter.store)
    async with client_over(BothApis(counter, reader)) as client:
        yield Shop(counter, reader, client)


@pytest.mark.parametrize("caller", PEOPLE)
async def test_everybody_may_call_what_the_matrix_says_and_nothing_else(shop: Shop, caller: str) -> None:
    refusals = {(401, "unauthorised")} if caller == NOBODY else {(403, "forbidden"), (403, "email_not_verified")}
    rules = sorted(rules_of(shop.app.openapi()), key=lambda each: each[1] == LOGOUT)
    async with shop.browser() if caller == NOBODY else await shop.of_role(caller, "somebody") as browser:
        for method, path, rule in rules:
            request = {} if method == "GET" else {"json": BODIES.get((method, path), {}), "headers": key("once")}
            if method == "GET":
                await shop.show()  # else it waits for what the requests before it have recorded
            answer = await browser.ask(method, path.format(**ids("some")), **request)
            refused = answer.is_error and (answer.status_code, answer.json()["code"]) in refusals
            assert refused is (account_cell(rule, caller) == NO), (method, path, answer.text)


async def test_nobody_reaches_what_is_anothers(shop: Shop) -> None:
    async with await shop.of_role("customer", "bob") as bob, await shop.of_role("customer", "eve") as eve:
        order = await bob.post("/bff/orders", 201, json=basket(), headers=key("first"))
        address = {"address": basket()["shippingAddress"]}
        await bob.done("PUT", "/bff/me/addresses/home", json=address)
        lamps = [{"productId": "lamp", "quantity": 3}]
        await shop.counter.done("POST", "/inventory/receipts", 201, json={"items": lamps})
        await bob.post("/bff/cart/items", json={"productId": "lamp", "quantity": 2})
        await shop.show()
        path = f"/bff/orders/{order['orderId']}"
        assert (await bob.get(path))["orderId"] == order["orderId"]
        await eve.refused(404, "not_found", "GET", path)
        await eve.refused(404, "not_found", "GET", f"{path}/events")
        await eve.refused(404, "not_found", "POST", f"{path}/cancel", json={})
        await eve.refused(404, "not_found", "GET", f"/bff/dev/sources/orders/{order['orderId']}")
        assert (await eve.get("/bff/orders"))["items"] == []
        await eve.refused(404, "not_found", "PATCH", "/bff/reviews/lamp", json={"rating": 1})
        await eve.refused(404, "not_found", "DELETE", "/bff/reviews/lamp")
        await eve.done("DELETE", "/bff/cart/items/lamp")
        await eve.refused(404, "not_found", "PUT", "/bff/cart/items/lamp", json={"quantity": 1})
        assert ((await eve.get("/bff/cart"))["pieces"], (await bob.get("/bff/cart"))["pieces"]) == (0, 2)
        [session] = (await bob.get("/bff/me/sessions"))["items"]
        await eve.refused(404, "not_found", "DELETE", f"/bff/me/sessions/{session['sessionId']}")
        await eve.done("DELETE", "/bff/me/addresses/home")
        for_bob = basket() | {"customerId": (await bob.get("/bff/me"))["userId"]}
        await eve.refused(403, "forbidden", "POST", "/bff/orders", json=for_bob, headers=key("for-bob"))
        await shop.show()
        assert [each["addressId"] for each in (await bob.get("/bff/me/addresses"))["items"]] == ["home"]
        assert (await bob.get("/bff/me/sessions"))["items"] == [session]


def test_every_route_about_somebodys_things_is_checked(shop: Shop) -> None:
    about = {(method, path) for method, path, rule in rules_of(shop.app.openapi()) if rule.others is not None}
    assert {route for route in about if "{" in route[1]} == {
        ("GET", "/bff/orders/{order_id}"),
        ("GET", "/bff/orders/{order_id}/events"),
        ("POST", "/bff/orders/{order_id}/cancel"),
        ("GET", "/bff/dev/sources/orders/{order_id}"),
        ("DELETE", "/bff/me/sessions/{session_id}"),
        ("PATCH", "/bff/reviews/{product_id}"),
        ("DELETE", "/bff/reviews/{product_id}"),
        ("PUT", "/bff/cart/items/{product_id}"),
        ("DELETE", "/bff/cart/items/{product_id}"),
        ("PUT", "/bff/me/addresses/{address_id}"),
        ("DELETE", "/bff/me/addresses/{address_id}"),
    }

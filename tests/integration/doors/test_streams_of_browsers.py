"""Following an order as a browser does: through the BFF, over real connections, for as long as its session is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from aioutlet.http_server import listening
from bff.http_client import open_client
from bff.main import BffOptions, build_app
from bff.origin import public_origin
from edge.event_streams import OpenStreams
from projectors.document_io import Database
from tests.accounts import SECRET
from tests.browser import ACCESS, Browser
from tests.event_streams import listening_to
from tests.integration.doors.counter import Counter, basket, key
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_accounts import PASSWORD


class Shop:
    """A BFF and both APIs, each on a port of its own; the tests open the doors for those who come."""

    def __init__(self, counter: Counter, reader: Reader) -> None:
        self.counter, self.reader, self.ends, self.browsers = counter, reader, AsyncExitStack(), AsyncExitStack()

    async def open(self) -> None:
        enter = self.ends.enter_async_context
        command_url = await enter(listening(self.counter.app, host="127.0.0.1", port=0, setting=""))
        query_url = await enter(listening(self.reader.app, host="127.0.0.1", port=0, setting=""))
        options = BffOptions(
            command_url=command_url,
            query_url=query_url,
            origin=public_origin("http://localhost:4000"),
            csrf_secret=SECRET,
            guest_token=str,
            token_of_guest=str,
        )
        self.app = build_app(options, await enter(open_client()))
        self.ends.enter_context(self.reader.app.state.streams.closing_first())
        self.url = await enter(listening(self.app, host="127.0.0.1", port=0, setting=""))
        self.ends.enter_context(self.app.state.streams.closing_first())

    async def customer(self, name: str) -> Browser:
        """The browser of a person who has just joined and proven their address."""
        person = {"email": f"{name}@example.org", "firstName": "A", "lastName": "B", "password": PASSWORD}
        await self.counter.done("POST", "/users", 201, json=person)
        return await self.log_in(name)

    async def log_in(self, name: str) -> Browser:
        browser = await self.browsers.enter_async_context(Browser(self.url))
        browser.client.headers["Origin"] = "http://localhost:4000"
        await browser.post("/bff/auth/login", json={"email": f"{name}@example.org", "password": PASSWORD})
        return browser

    async def show(self) -> None:
        """Bring the documents up to the log."""
        await self.reader.sees(await self.counter.log())


@pytest.fixture
async def shop(counter: Counter, mongodb: Database) -> AsyncIterator[Shop]:
    shop = Shop(counter, Reader(mongodb, counter.accounts.identity, store=counter.store))
    async with shop.browsers, shop.ends:
        await shop.open()
        yield shop


async def placed(shop: Shop, browser: Browser) -> str:
    order = await browser.post("/bff/orders", 201, json=basket(), headers=key("first"))
    await shop.show()
    return f"/bff/orders/{order['orderId']}/events"


async def cancel(shop: Shop, browser: Browser, path: str) -> None:
    await browser.post(path.replace("/events", "/cancel"), json={})
    await shop.show()


async def test_a_browser_sees_its_order_change_and_goes_on_after_a_cut(shop: Shop) -> None:
    ada = await shop.customer("ada")
    path = await placed(shop, ada)
    async with listening_to(ada.client, path) as stream:
        assert stream.answer.headers["cache-control"] == "no-store"
        first = await stream.next()
        assert first
        assert (first.data["status"], "shippingAddress" in first.data) == ("Pending", False)
    await cancel(shop, ada, path)
    async with listening_to(ada.client, path, headers={"Last-Event-ID": first.id}) as stream:
        second = await stream.next()
        assert second
    entries = [entry["position"] for event in (first, second) for entry in event.data["timeline"]]
    shown = await ada.get(path.removesuffix("/events"))
    assert [entry["type"] for entry in shown["timeline"]] == ["order.created", "order.cancellation.requested"]
    assert len(entries) == len(set(entries)) == 2


async def test_nobody_follows_the_order_of_another(shop: Shop) -> None:
    ada, eve = await shop.customer("ada"), await shop.customer("eve")
    path = await placed(shop, ada)
    await eve.refused(404, "not_found", "GET", path)
    eve.client.cookies.clear()
    await eve.refused(401, "unauthorised", "GET", path)


@pytest.mark.usefixtures("short_silences")
async def test_a_stream_ends_when_its_session_is_revoked(shop: Shop) -> None:
    ada = await shop.customer("ada")
    path, phone = await placed(shop, ada), await shop.log_in("ada")
    async with listening_to(ada.client, path) as stream, listening_to(phone.client, path) as of_phone:
        assert await stream.next()
        assert await of_phone.next()
        await phone.done("DELETE", "/bff/me/sessions")
        assert await stream.next() is None
        await ada.refused(401, "session_ended", "GET", path, headers={"Last-Event-ID": stream.last_id})
        await cancel(shop, phone, path)
        assert await of_phone.next()


async def test_an_access_token_that_has_run_out_is_refreshed_before_the_stream_opens(shop: Shop) -> None:
    ada = await shop.customer("ada")
    path = await placed(shop, ada)
    ada.client.cookies.delete(ACCESS)
    async with listening_to(ada.client, path) as stream:
        assert await stream.next()
        assert stream.answer.cookies.get(ACCESS)


async def test_a_session_has_so_many_streams_and_not_more(shop: Shop) -> None:
    ada = await shop.customer("ada")
    path = await placed(shop, ada)
    shop.reader.app.state.streams = OpenStreams(per_owner=1)
    async with listening_to(ada.client, path) as stream:
        assert await stream.next()
        await ada.refused(429, "too_many_requests", "GET", path)


async def test_a_stream_whose_query_api_is_gone_ends_and_is_not_held_against_the_browser(shop: Shop) -> None:
    ada = await shop.customer("ada")
    path = await placed(shop, ada)
    async with listening_to(ada.client, path) as stream:
        assert await stream.next()
        shop.reader.app.state.streams.close()
        assert await stream.next() is None
        await ada.refused(503, "unavailable", "GET", path)


@pytest.mark.parametrize("streams", [1, 50])
async def test_a_server_that_stops_does_not_wait_for_its_streams(shop: Shop, streams: int) -> None:
    shop.app.state.backend.streams._per_owner = shop.reader.app.state.streams._per_owner = streams
    ada = await shop.customer("ada")
    path = await placed(shop, ada)
    async with AsyncExitStack() as open_streams:
        followed = [await open_streams.enter_async_context(listening_to(ada.client, path)) for _ in range(streams)]
        await asyncio.gather(*(each.next() for each in followed))
        begun = asyncio.get_running_loop().time()
        await shop.ends.aclose()
        assert asyncio.get_running_loop().time() - begun < 2.0
        assert [await each.next() for each in followed] == [None] * streams

"""What the demo shows people of its log: their own events, as they come, and nobody else's."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from aioutlet.http_server import listening
from edge.event_streams import OpenStreams
from event_store.records import AppendRequest
from projectors.document_io import Database
from schemas.envelope import Envelope, wrap_events
from schemas.stream_names import order_stream, saga_stream
from tests.demo_log import demo_log_of
from tests.event_streams import Stream, listening_to
from tests.examples import GUEST_ID
from tests.histories import events
from tests.integration.doors.counter import ANN, BOB, EVE, NOON, Counter, who
from tests.integration.doors.reader import Reader
from tests.services.waiting import STUCK_AFTER

PATH = "/dev/events"
SAME = {"X-Correlation-ID": "the-same"}
GUEST = who(GUEST_ID, kind="guest")
LATER = timedelta(milliseconds=250)


@pytest.fixture
async def shop(counter: Counter, mongodb: Database) -> Reader:
    """A query API over the counter's log; whatever it shows, it shows 250 ms after noon."""
    demo_log = demo_log_of(counter.store, clock=lambda: NOON + LATER)
    demo_log.shown._began_at = NOON
    return Reader(mongodb, counter.accounts.identity, demo_log=demo_log)


@pytest.fixture
async def door(shop: Reader) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        listening(shop.app, host="127.0.0.1", port=0, setting="") as url,
        httpx.AsyncClient(base_url=url, timeout=STUCK_AFTER) as client,
    ):
        with shop.app.state.streams.closing_first():
            yield client


async def told(stream: Stream, *, until: str) -> dict[str, Any]:
    """The events by type, as last told, once that with this type is among them."""
    found: dict[str, Any] = {}
    while until not in found:
        event = await stream.next()
        assert event
        assert event.name == "events"
        found |= {each["type"]: each for each in event.data}
    return found


async def caused(counter: Counter, by: Envelope, stream: str, *names: str, order_id: str) -> list[Envelope]:
    """Let events be recorded because of another, as agents do."""
    new = wrap_events(stream, 0, events(*names, order_id=order_id), by.as_cause(counter.clock.now))
    await counter.store.append(AppendRequest(tuple(new)))
    return new


async def put(counter: Counter, owner: str, headers: dict[str, str]) -> None:
    item = {"productId": "lamp", "quantity": 1}
    answer = await counter.says("POST", f"/carts/{owner}/items", json=item, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def stocked(counter: Counter) -> Counter:
    receipt = {"items": [{"productId": "lamp", "quantity": 9}]}
    await counter.done("POST", "/inventory/receipts", 201, json=receipt)
    return counter


async def test_a_person_sees_what_an_order_led_to_with_its_causes(counter: Counter, door: httpx.AsyncClient) -> None:
    order_id = (await counter.place("one", headers=SAME)).json()["orderId"]
    async with listening_to(door, PATH, headers=BOB) as stream:
        first = await told(stream, until="order.created")
        [created] = await counter.store.stream(order_stream(order_id))
        await caused(counter, created, saga_stream(order_id), "saga.started", order_id=order_id)
        found = first | await told(stream, until="saga.started")
    shown = found["saga.started"]
    assert shown["cause"] == {"position": created.position, "type": "order.created"}
    assert (shown["stream"], shown["version"], shown["correlationId"]) == (saga_stream(order_id), 1, "the-same")
    assert found["order.created"]["cause"] is None
    assert {"data", "actor", "id"}.isdisjoint(shown)


async def test_nobody_sees_anothers_events_by_knowing_their_correlation_id(
    stocked: Counter, door: httpx.AsyncClient
) -> None:
    order_id = (await stocked.place("one", headers=SAME)).json()["orderId"]
    [created] = await stocked.store.stream(order_stream(order_id))
    await caused(stocked, created, saga_stream(order_id), "saga.started", order_id=order_id)
    await put(stocked, "eve", EVE | SAME)
    await put(stocked, GUEST_ID, GUEST | SAME)
    for headers, stream_name in ((EVE, "cart-eve"), (GUEST, f"cart-{GUEST_ID}")):
        async with listening_to(door, PATH, headers=headers) as stream:
            found = await told(stream, until="cart.item.added")
        assert {each["stream"] for each in found.values()} == {stream_name}
    async with listening_to(door, PATH, headers=BOB) as stream:
        found = await told(stream, until="saga.started")
    assert not any(each["stream"].startswith("cart-") for each in found.values())


async def test_an_event_is_told_again_when_views_show_it_with_how_soon(
    stocked: Counter, shop: Reader, door: httpx.AsyncClient
) -> None:
    async with listening_to(door, PATH, headers=BOB) as stream:
        await put(stocked, "bob", BOB)
        before = (await told(stream, until="cart.item.added"))["cart.item.added"]
        assert {(view["isShown"], view["after"]) for view in before["views"]} == {(False, None)}
        await shop.sees(await stocked.log())
        after = (await told(stream, until="cart.item.added"))["cart.item.added"]
    assert {view["view"] for view in after["views"]} == {"carts", "trending_carts", "cart_rounds"}
    assert [view["after"] for view in after["views"] if view["isShown"]] == [250.0] * len(after["views"])


async def test_an_admin_sees_their_own_events_and_no_customers(counter: Counter, door: httpx.AsyncClient) -> None:
    await counter.place("one")
    async with listening_to(door, PATH, headers=ANN) as stream:
        found = await told(stream, until="product.created")
    assert not any(each["stream"].startswith("order") for each in found.values())


@pytest.mark.parametrize("headers", [who("bff", kind="guest"), who("bff", "guest"), who("bff", "system")])
async def test_who_is_no_person_has_none(shop: Reader, headers: dict[str, str]) -> None:
    await shop.refused(404, "not_found", PATH, headers=headers)


async def test_a_session_has_so_many_streams_and_not_more(shop: Reader, door: httpx.AsyncClient) -> None:
    shop.app.state.streams = OpenStreams(per_owner=1)
    async with listening_to(door, PATH, headers=BOB) as stream:
        assert await stream.next()
        assert (await door.get(PATH, headers=BOB)).status_code == 429


async def test_who_brings_no_token_is_refused(shop: Reader) -> None:
    for path in (PATH, "/dev/sources/orders/o1", "/dev/sources/carts/bob", "/dev/sources/products/lamp"):
        assert (await shop.asks(path)).status_code == 401


SOURCES = ("products/lamp", "orders/o1", "carts/bob")


@pytest.mark.parametrize("path", [PATH, *(f"/dev/sources/{each}" for each in SOURCES)])
async def test_without_the_demo_there_is_nothing(reader: Reader, path: str) -> None:
    await reader.refused(404, "not_found", path, headers=BOB)


async def test_a_product_says_which_streams_it_was_folded_from(stocked: Counter, shop: Reader) -> None:
    await shop.sees(await stocked.log())
    found = await shop.told("/dev/sources/products/lamp", headers=EVE)
    products, stock = found["items"]
    assert (products["view"], products["streams"]) == (
        "products",
        [{"name": "product-lamp", "streams": 1, "events": 1, "position": products["streams"][0]["position"]}],
    )
    assert (stock["view"], [each["name"] for each in stock["streams"]]) == ("stock", ["warehouse-main"])
    log = {event.position: event for event in await stocked.log()}
    assert log[products["streams"][0]["position"]].stream == "product-lamp"
    await shop.refused(404, "not_found", "/dev/sources/products/unicorn", headers=EVE)


async def test_reviews_of_a_product_are_one_line(stocked: Counter, shop: Reader) -> None:
    for name in ("bob", "eve", "flo"):
        await stocked.happened(*events("review.submitted", product_id="lamp", user_id=name, visible=True))
    await shop.sees(await stocked.log())
    [*_, reviews] = (await shop.told("/dev/sources/products/lamp", headers=EVE))["items"]
    assert reviews["streams"] == [
        {"name": "review-lamp-…", "streams": 3, "events": 3, "position": await stocked.store.head()}
    ]


async def test_an_order_is_told_to_its_customer_and_to_admins_alone(counter: Counter, shop: Reader) -> None:
    order_id = (await counter.place("one")).json()["orderId"]
    [created] = await counter.store.stream(order_stream(order_id))
    await caused(counter, created, saga_stream(order_id), "saga.started", order_id=order_id)
    await shop.sees(await counter.log())
    path = f"/dev/sources/orders/{order_id}"
    [orders] = (await shop.told(path, headers=BOB))["items"]
    assert [each["name"] for each in orders["streams"]] == [order_stream(order_id), saga_stream(order_id)]
    assert (await shop.told(path, headers=ANN))["items"] == [orders]
    await shop.refused(404, "not_found", path, headers=EVE)


async def test_a_cart_is_told_to_its_owner_alone(stocked: Counter, shop: Reader) -> None:
    await put(stocked, "bob", BOB)
    await shop.sees(await stocked.log())
    carts, products = (await shop.told("/dev/sources/carts/bob", headers=BOB))["items"]
    assert [(each["name"], each["events"]) for each in carts["streams"]] == [("cart-bob", 2)]
    assert [(each["name"], each["streams"]) for each in products["streams"]] == [("product-…", 1)]
    assert (await shop.told("/dev/sources/carts/eve", headers=EVE))["items"] == []
    for headers in (EVE, ANN, GUEST):
        await shop.refused(404, "not_found", "/dev/sources/carts/bob", headers=headers)

"""Looking into the log at the query door and the BFF: finding events, their form, their causes, and what comes next."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import httpx
import orjson
import pytest

from aioutlet.http_server import listening
from query_api import log_following
from query_api.event_search import SearchParameters, write_cursor
from schemas.logged_event import Topic
from schemas.topics import TOPICS
from tests.browser import Browser
from tests.event_streams import listening_to
from tests.integration.doors.counter import ANN, BOB, Counter, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_streams_of_browsers import Shop, shop
from tests.services.waiting import STUCK_AFTER

__all__ = ["shop"]
EVENTS, LIVE = "/admin/log/events", "/admin/log/live"


def types(page: dict[str, Any]) -> list[str]:
    return [item["type"] for item in page["items"]]


async def test_events_are_listed_the_newest_first_without_their_data(reader: Reader, placed: dict[str, Any]) -> None:
    page = await reader.told(EVENTS)
    positions = [item["position"] for item in page["items"]]
    assert positions == sorted(positions, reverse=True)
    assert (page["head"], page["next"], page["first"]) == (positions[0], None, 1)
    assert page["lookedAt"] == page["last"] == positions[0]
    [created] = [item for item in page["items"] if item["type"] == "order.created"]
    assert created["stream"] == f"order-{placed['orderId']}"
    assert (created["topics"], created["actor"], created["version"]) == (
        ["aioutlet.orders"], {"type": "customer", "id": "bob"}, 1,
    )  # fmt: skip
    assert "data" not in created


async def test_events_of_one_order_are_found_by_its_id_or_its_number(reader: Reader, placed: dict[str, Any]) -> None:
    by_id = await reader.told(EVENTS, params={"order": placed["orderId"]})
    assert "order.created" in types(by_id)
    assert {item["stream"].partition("-")[2] for item in by_id["items"]} == {placed["orderId"]}
    by_number = await reader.told(EVENTS, params={"order": placed["orderNumber"]})
    assert by_number["items"] == by_id["items"]
    assert (await reader.told(EVENTS, params={"order": "ORD-20260301-00000"}))["items"] == []


async def test_what_is_asked_for_must_all_hold(reader: Reader, placed: dict[str, Any]) -> None:
    [created] = (await reader.told(EVENTS, params={"type": "order.created"}))["items"]
    same = await reader.told(EVENTS, params={"correlationId": created["correlationId"]})
    assert {"order.created", "order.number.claimed"} <= set(types(same))
    for asked, found in (
        ({"type": "order.*", "category": "order"}, ["order.created"]),
        ({"topic": "aioutlet.stock"}, []),
        ({"topic": "aioutlet.orders", "type": ["order.created", "product.*"]}, ["order.created"]),
        ({"stream": created["stream"], "sort": "oldest"}, ["order.created"]),
        ({"stream": created["stream"], "order": "another"}, []),
        ({"type": "order.created", "actorType": "customer", "actorId": "bob"}, ["order.created"]),
        ({"type": "order.created", "actorType": "admin"}, []),
        ({"type": "order.created", "since": "2100-01-01T00:00:00Z"}, []),
        ({"type": "order.created", "causationId": created["causationId"]}, ["order.created"]),
    ):
        assert types(await reader.told(EVENTS, params=asked)) == found, asked


async def test_the_cursor_leads_through_all_of_a_search_and_no_other(reader: Reader, placed: dict[str, Any]) -> None:
    whole = (await reader.told(EVENTS))["items"]
    parts: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await reader.told(EVENTS, params={"limit": 2, **cursor})
        parts += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert parts == whole
    for asked in ({"sort": "oldest"}, {"type": "order.created"}):
        await reader.refused(422, "invalid", EVENTS, params=cursor | asked)
    for broken in ("x", cursor["cursor"][:-1], "A" * 30):
        await reader.refused(422, "invalid", EVENTS, params={"cursor": broken})


@pytest.mark.parametrize(
    "asked",
    [
        {"type": "order.made"}, {"type": "Order"}, {"topic": "orders"}, {"limit": 0}, {"limit": 201}, {"position": 0},
        {"since": "2026-03-01T00:00:00"}, {"stream": "a b"}, {"category": "order-"}, {"sort": "up"}, {"unknown": 1},
        {"stream": ["order-1"] * 11}, {"correlationId": '"'}, {"actorType": "thief"},
    ],
)  # fmt: skip
async def test_what_means_nothing_is_refused(reader: Reader, asked: dict[str, Any]) -> None:
    await reader.refused(422, "invalid", EVENTS, params=asked)


async def test_an_event_is_shown_as_it_is_stored_with_what_is_sealed(reader: Reader, placed: dict[str, Any]) -> None:
    [created] = (await reader.told(EVENTS, params={"type": "order.created"}))["items"]
    form = await reader.told(f"{EVENTS}/{created['position']}")
    assert form | created == form
    stored = orjson.loads(form["stored"])
    assert (stored["id"], stored["data"]["orderNumber"]) == (created["id"], placed["orderNumber"])
    assert form["sealed"] == ["data.billingAddress", "data.shippingAddress"]
    assert "Ada" not in form["stored"]
    await reader.refused(404, "not_found", f"{EVENTS}/{10**6}")
    await reader.refused(422, "invalid", f"{EVENTS}/0")


async def test_the_chain_of_an_event_is_told(reader: Reader, placed: dict[str, Any]) -> None:
    [created] = (await reader.told(EVENTS, params={"type": "order.created"}))["items"]
    chain = await reader.told(f"{EVENTS}/{created['position']}/chain")
    assert (chain["origin"], chain["leftOut"], chain["first"]) == ("request", False, 1)
    relations = {item["type"]: item["relation"] for item in chain["items"]}
    assert relations["order.created"] == "itself"
    assert relations["order.number.claimed"] == "sibling"
    await reader.refused(404, "not_found", f"{EVENTS}/{10**6}/chain")


async def test_only_those_who_keep_analyse_or_audit_the_shop_look_into_the_log(reader: Reader) -> None:
    for role in ("admin", "operator", "analyst", "auditor"):
        assert (await reader.told(EVENTS, headers=who("somebody", role)))["items"] == []
    for path in (EVENTS, f"{EVENTS}/1", f"{EVENTS}/1/chain", LIVE):
        await reader.refused(403, "forbidden", path, headers=BOB)


async def test_without_a_log_nobody_looks_into_it(reader: Reader) -> None:
    reader.app.state.event_log = None
    await reader.refused(503, "unavailable", EVENTS)


def test_the_topics_that_can_be_asked_for_are_all_of_them() -> None:
    assert get_args(Topic) == TOPICS


@pytest.fixture
async def live(reader: Reader, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(log_following, "PAUSE", 0.01)
    reader.look_into(counter.store)
    async with (
        listening(reader.app, host="127.0.0.1", port=0, setting="") as url,
        httpx.AsyncClient(base_url=url, timeout=STUCK_AFTER) as client,
    ):
        with reader.app.state.streams.closing_first():
            yield client


async def test_the_log_is_followed_from_now_on_by_what_is_wanted(counter: Counter, live: httpx.AsyncClient) -> None:
    async with listening_to(live, LIVE, params={"type": "order.*"}, headers=ANN) as stream:
        await counter.place("k")
        event = await stream.next()
        assert event
        assert event.name == "events"
        assert [item["type"] for item in event.data["items"]] == ["order.created", "order.number.claimed"]
        assert (event.id, event.data["leftOut"]) == (str(event.data["until"]), False)
        told, head = int(event.id), await counter.store.head()
    assert told == head
    await counter.place("l")
    for where in ({"headers": ANN | {"Last-Event-ID": str(told)}}, {"headers": ANN, "params": {"after": told}}):
        async with listening_to(live, LIVE, **where) as stream:
            event = await stream.next()
            assert event
            assert [item["position"] for item in event.data["items"]] == [
                *range(told + 1, await counter.store.head() + 1)
            ]


async def test_an_id_of_another_log_counts_as_the_end_of_this_one(counter: Counter, live: httpx.AsyncClient) -> None:
    before = await counter.store.head()
    async with listening_to(live, LIVE, headers=ANN | {"Last-Event-ID": str(10**9)}) as stream:
        await counter.place("k")
        event = await stream.next()
        assert event
        assert (event.data["after"], event.data["items"][0]["position"]) == (before, before + 1)


async def test_an_admins_browser_finds_and_follows_events(shop: Shop) -> None:
    person = {"email": "ann@example.org", "firstName": "A", "lastName": "B", "password": "correct horse battery staple"}
    await shop.counter.done("POST", "/users", 201, json=person | {"roles": ["operator"]})
    ann: Browser = await shop.log_in("ann")
    [created] = (await ann.get("/bff/admin/log/events", params={"type": ["user.created"], "limit": "1"}))["items"]
    path = f"/bff/admin/log/events/{created['position']}"
    assert (await ann.get(path))["type"] == "user.created"
    assert (await ann.get(f"{path}/chain"))["position"] == created["position"]
    await ann.refused(422, "invalid", "GET", "/bff/admin/log/events", params={"type": "nothing.such"})
    after = {"after": str(created["position"] - 1), "type": ["user.created", "user.erased"]}
    async with listening_to(ann.client, "/bff/admin/log/live", params=after) as stream:
        event = await stream.next()
        assert event
        assert event.data["items"][0] == created


@pytest.mark.parametrize("place", [-1, 2**63, "1", None, True, [1], {"order-1": "x"}, {"order-1": -1}])
async def test_a_cursor_that_somebody_has_written_themselves_must_name_a_place(reader: Reader, place: object) -> None:
    for asked in ({}, {"stream": ["order-1"]}):
        cursor = write_cursor(place, SearchParameters.model_validate(asked))  # type: ignore[arg-type]
        await reader.refused(422, "invalid", EVENTS, params=asked | {"cursor": cursor})

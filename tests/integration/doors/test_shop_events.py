"""Following the whole shop at the query door: what its keepers see, as it changes."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from aioutlet.http_server import listening
from event_store.records import AppendRequest, ParkedMessage
from history.parked_rows import ParkedRows
from query_api import shop_board
from query_api.shop_board import ShopBoard
from schemas.topics import ORDERS, TopicPartition
from tests.event_streams import listening_to
from tests.examples import NOON
from tests.histories import COMPLETED, events, recorded
from tests.integration.doors.counter import ANN, BOB, who
from tests.integration.doors.reader import Reader
from tests.services.waiting import STUCK_AFTER

PATH = "/admin/events"
PLACE = TopicPartition(ORDERS, 0)


@pytest.fixture
async def door(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(shop_board, "PAUSE", 0.01)
    reader.app.state.shop_board = ShopBoard(reader.app.state.context, ParkedRows(reader.store))
    async with (
        listening(reader.app, host="127.0.0.1", port=0, setting="") as url,
        httpx.AsyncClient(base_url=url, timeout=STUCK_AFTER) as client,
    ):
        with reader.app.state.streams.closing_first():
            yield client


async def test_a_keeper_sees_orders_stock_and_what_is_parked_as_they_change(
    reader: Reader, door: httpx.AsyncClient
) -> None:
    log = recorded(events("stock.received", *COMPLETED))
    await reader.sees(log[:1])
    dead = ParkedMessage("payment", 7, "o-7", PLACE, NOON, 4, "KeyError", NOON, dead_at=NOON)
    await reader.store.append(AppendRequest(parked=(dead, replace(dead, position=8, dead_at=None))))
    async with listening_to(door, PATH, headers=ANN) as stream:
        first = await stream.next()
        assert first
        assert (first.name, first.data["orders"], first.data["newest"]) == ("shop", {"total": 0, "byStatus": {}}, [])
        assert (first.data["parked"], first.data["stock"].keys()) == (
            [{"kind": "message", "consumer": "payment", "cause": "KeyError", "waiting": 1, "dead": 1}],
            {"low", "out", "items"},
        )
        await reader.sees(log[1:])
        event = await stream.next()
        while event and [each["paymentStatus"] for each in event.data["newest"]] != ["paid"]:
            event = await stream.next()
        assert event
        assert event.data["orders"]["total"] == 1
        assert event.data["sagas"] == {"COMPLETED": 1}
        [newest] = event.data["newest"]
        assert newest.keys().isdisjoint({"customerId", "shippingAddress", "items"})


async def test_what_was_seen_is_not_told_again(reader: Reader, door: httpx.AsyncClient) -> None:
    await reader.sees(recorded(events("order.created")))
    async with listening_to(door, PATH, headers=ANN) as stream:
        first = await stream.next()
        assert first
    await reader.sees(recorded(events("order.number.claimed", *COMPLETED[:5])))
    async with listening_to(door, PATH, headers=ANN | {"Last-Event-ID": first.id}) as stream:
        second = await stream.next()
        assert second
        assert second.id != first.id


@pytest.mark.parametrize("headers", [BOB, who("ada", "analyst"), who("ada", "auditor")])
async def test_only_keepers_may_look(door: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await door.get(PATH, headers=headers)).status_code == 403
    async with listening_to(door, PATH, headers=who("otto", "operator")) as stream:
        assert await stream.next()


async def test_nobody_looks_while_nobody_follows(reader: Reader, door: httpx.AsyncClient) -> None:
    board = reader.app.state.shop_board
    with board.following("") as followed, board.following("") as other:
        assert (await followed.changed()) == (await other.changed())
        watching = board._watching
    assert board._watching is None
    assert watching.cancelling()

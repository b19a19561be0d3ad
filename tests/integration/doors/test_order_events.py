"""Following an order at the query door: from what it is to its end, without loss or repeat across cut connections."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from aioutlet.http_server import listening
from edge import event_streams
from edge.event_streams import OpenStreams
from query_api import telling
from schemas.envelope import Envelope
from schemas.order import OrderStatus
from tests.event_streams import Stream, listening_to
from tests.histories import COMPLETED, REFUSED_BY_THE_CARRIER, events, recorded
from tests.integration.doors.counter import ANN, BOB, EVE, who
from tests.integration.doors.reader import Reader
from tests.services.waiting import STUCK_AFTER

OWNER = BOB
BY_ORDER = "/orders/{}/events"


@pytest.fixture
async def door(reader: Reader) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the query API over real connections: only they carry an answer piece by piece."""
    async with (
        listening(reader.app, host="127.0.0.1", port=0, setting="") as url,
        httpx.AsyncClient(base_url=url, timeout=STUCK_AFTER) as client,
    ):
        with reader.app.state.streams.closing_first():
            yield client


def history(*names: str) -> list[Envelope]:
    return recorded(events(*names, customer_id="bob"))


def order_id_of(envelopes: Sequence[Envelope]) -> str:
    return next(str(each.event.order_id) for each in envelopes if each.type == "order.created")  # type: ignore[attr-defined]


def told(stream_events: Sequence[Any]) -> list[tuple[str, int]]:
    return [(entry["type"], entry["position"]) for event in stream_events for entry in event.data["timeline"]]


async def timeline(reader: Reader, order_id: str) -> list[tuple[str, int]]:
    order = await reader.told(f"/orders/{order_id}")
    return [(entry["type"], entry["position"]) for entry in order["timeline"]]


async def test_it_begins_with_the_state_and_goes_on_with_each_change(reader: Reader, door: httpx.AsyncClient) -> None:
    log = history(*COMPLETED)
    order_id = order_id_of(log)
    await reader.sees(log[:2])
    async with listening_to(door, BY_ORDER.format(order_id), headers=OWNER) as stream:
        first = await stream.next()
        assert first
        assert (first.name, first.data["orderId"], first.data["status"]) == ("order", order_id, "Pending")
        seen = [first]
        for envelope in log[2:]:
            await reader.sees([envelope])
            order = await reader.told(f"/orders/{order_id}")
            if order["position"] > int(seen[-1].id):
                event = await stream.next()
                assert event
                assert (int(event.id), event.data["position"]) == (order["position"], order["position"])
                assert event.data["paymentStatus"] == order["paymentStatus"]
                seen.append(event)
    assert told(seen) == await timeline(reader, order_id)
    assert len(seen) > 5


@pytest.mark.parametrize("cut_after", [1, 2, 5])
async def test_a_cut_connection_is_resumed_without_loss_or_repeat(
    reader: Reader, door: httpx.AsyncClient, cut_after: int
) -> None:
    log = history(*REFUSED_BY_THE_CARRIER)
    order_id, last_id, seen = order_id_of(log), "", list[Any]()
    await reader.sees(log[:2])
    for start in range(2, len(log), cut_after):
        headers = OWNER | ({"Last-Event-ID": last_id} if last_id else {})
        async with listening_to(door, BY_ORDER.format(order_id), headers=headers) as stream:
            if not last_id:
                seen.append(await stream.next())
            await reader.sees(log[start : start + cut_after])  # some of it while the connection is cut
            last_id = await _read_up_to(reader, order_id, stream, seen)
    assert told(seen) == await timeline(reader, order_id)
    assert [int(event.id) for event in seen] == sorted({int(event.id) for event in seen})


async def _read_up_to(reader: Reader, order_id: str, stream: Stream, seen: list[Any]) -> str:
    position = (await reader.told(f"/orders/{order_id}"))["position"]
    while int(seen[-1].id) < position:
        seen.append(await stream.next())
    return str(seen[-1].id)


async def test_what_happened_while_nobody_listened_is_told_at_once(reader: Reader, door: httpx.AsyncClient) -> None:
    log = history(*COMPLETED)
    order_id = order_id_of(log)
    await reader.sees(log[:5])
    async with listening_to(door, BY_ORDER.format(order_id), headers=OWNER) as stream:
        first = await stream.next()
        assert first
    await reader.sees(log[5:])
    headers = OWNER | {"Last-Event-ID": first.id}
    async with listening_to(door, BY_ORDER.format(order_id), headers=headers) as stream:
        second = await stream.next()
        assert second
    assert told([first, second]) == await timeline(reader, order_id)


async def test_an_id_of_another_log_counts_as_none(reader: Reader, door: httpx.AsyncClient) -> None:
    log = history(*COMPLETED)
    order_id = order_id_of(log)
    await reader.sees(log[:5])
    headers = OWNER | {"Last-Event-ID": "673181"}
    async with listening_to(door, BY_ORDER.format(order_id), headers=headers) as stream:
        first = await stream.next()
        await reader.sees(log[5:])
        second = await stream.next()
    assert first
    assert second
    assert told([first, second]) == await timeline(reader, order_id)


@pytest.fixture
async def failed(reader: Reader) -> str:
    """An order that has come to its end."""
    names = (*REFUSED_BY_THE_CARRIER, "order.updated")
    log = recorded(events(*names, customer_id="bob", to=OrderStatus.FAILED))
    await reader.sees(log)
    return order_id_of(log)


async def test_it_ends_with_the_order_and_need_not_be_opened_again(
    reader: Reader, door: httpx.AsyncClient, failed: str
) -> None:
    async with listening_to(door, BY_ORDER.format(failed), headers=OWNER) as stream:
        [last] = await stream.rest()
    assert (last.data["status"], last.data["outcome"]) == ("Failed", "failed")
    again = await door.get(BY_ORDER.format(failed), headers=OWNER | {"Last-Event-ID": last.id})
    assert (again.status_code, again.content) == (204, b"")
    headers = OWNER | {"Last-Event-ID": str(int(last.id) + 1)}
    async with listening_to(door, BY_ORDER.format(failed), headers=headers) as stream:
        assert await stream.rest() == [last]


async def test_only_its_owner_and_admins_may_listen(reader: Reader, door: httpx.AsyncClient, failed: str) -> None:
    path = BY_ORDER.format(failed)
    for headers in (EVE, who("mallory", "operator")):
        assert (await door.get(path, headers=headers)).status_code == 404
    assert (await door.get(path)).status_code == 401
    assert (await door.get(path, headers=ANN)).status_code == 200


@pytest.mark.parametrize("sent", ["no number", "-1", "1.5", "9" * 40])
async def test_an_id_that_no_event_had_is_refused(door: httpx.AsyncClient, failed: str, sent: str) -> None:
    answer = await door.get(BY_ORDER.format(failed), headers=OWNER | {"Last-Event-ID": sent})
    assert answer.status_code == 422


async def test_silence_is_broken_by_heartbeats(
    reader: Reader, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "HEARTBEAT_AFTER", 0.01)
    log = history(*COMPLETED[:2])
    await reader.sees(log)
    async with door.stream("GET", BY_ORDER.format(order_id_of(log)), headers=OWNER) as answer:
        received = b""
        async for piece in answer.aiter_bytes():
            received += piece
            if received.count(event_streams.HEARTBEAT) >= 3:
                break


async def test_nobody_has_more_streams_open_than_one_may(reader: Reader, door: httpx.AsyncClient) -> None:
    reader.app.state.streams = OpenStreams(per_owner=2)
    log = history(*COMPLETED[:2])
    await reader.sees(log)
    path = BY_ORDER.format(order_id_of(log))
    async with listening_to(door, path, headers=OWNER) as one, listening_to(door, path, headers=OWNER) as other:
        assert (await one.next()) == (await other.next())
        refused = await door.get(path, headers=OWNER)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        async with listening_to(door, path, headers=ANN) as anns:
            assert await anns.next()
    async with asyncio.timeout(STUCK_AFTER):
        while len(reader.app.state.streams):  # the server finds out at its own pace that a client has left
            await door.get("/health/live")
    async with listening_to(door, path, headers=OWNER) as again:
        assert await again.next()


async def test_a_thousand_followers_cost_one_read_a_change(
    reader: Reader, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = reader.app.state.order_changes
    reads: list[int] = []
    find = changes._find

    async def counted(order_ids: list[str], after: int) -> Any:
        reads.append(len(order_ids))
        return await find(order_ids, after)

    monkeypatch.setattr(changes, "_find", counted)
    log = history(*COMPLETED)
    order_id = order_id_of(log)
    await reader.sees(log[:2])
    with changes.following(order_id) as first:
        others = [changes.following(order_id) for _ in range(999)]
        followed = [first, *(other.__enter__() for other in others)]
        await reader.sees(log[2:])
        shown = await asyncio.gather(*(each.changed() for each in followed))
        for other in others:
            other.__exit__(None, None, None)
    assert {document["_id"] for document in shown} == {order_id}
    assert set(reads) == {1}
    assert len(reads) <= 2
    assert not changes._watching

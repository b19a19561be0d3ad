"""Replaying events at the query door and the BFF: lines as they are stored, and where to ask on."""

import json
from typing import Any

import pytest

from history import event_log
from schemas.codec import Stored
from tests.browser import Browser
from tests.integration.doors.counter import Counter, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_accounts import PASSWORD
from tests.integration.doors.test_streams_of_browsers import Shop, shop

__all__ = ["shop"]
REPLAY = "/analytics/replay"
ANALYST = who("ana", "analyst", kind="customer")
Lines = list[dict[str, Any]]


@pytest.fixture
async def rows(counter: Counter, reader: Reader) -> list[Stored]:
    """The log of an order, which the reader answers from."""
    await counter.place("k")
    reader.look_into(counter.store)
    return await counter.store.log(0)


async def told(reader: Reader, path: str = REPLAY, **asked: object) -> tuple[Lines, dict[str, int]]:
    answer = await reader.client.get(path, params=asked, headers=ANALYST)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    *lines, end = map(json.loads, answer.text.splitlines())
    return lines, end


async def test_events_come_in_order_as_they_are_stored_and_the_last_line_says_how_far(
    reader: Reader, rows: list[Stored]
) -> None:
    lines, end = await told(reader)
    assert end == {"reached": len(rows), "head": len(rows)}
    for line, row in zip(lines, rows, strict=True):
        place = {"position": row.position, "stream": row.stream, "version": row.version}
        assert line == place | json.loads(row.state)


async def test_asking_on_gives_every_event_once(
    reader: Reader, rows: list[Stored], monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, look in ((1, 200_000), (3, 2), (100, 1)):
        monkeypatch.setattr(event_log, "REPLAY_LOOK", look)
        found, end = Lines(), {"reached": 0, "head": len(rows)}
        while end["reached"] < end["head"]:
            lines, end = await told(reader, after=end["reached"], limit=limit)
            found += lines
        assert [line["position"] for line in found] == [row.position for row in rows]


async def test_a_selection_is_that_of_a_search(reader: Reader, rows: list[Stored]) -> None:
    [created], end = await told(reader, type="order.created")
    assert (created["data"]["shippingAddress"]["sealed"], end["reached"]) == (1, len(rows))
    same, _ = await told(reader, correlationId=created["correlationId"], last=created["position"])
    assert same[-1] == created
    for nothing in ({"category": "nothing"}, {"since": "2100-01-01T00:00:00Z"}, {"stream": "order-1", "category": "x"}):
        assert await told(reader, **nothing) == ([], {"reached": len(rows), "head": len(rows)})
    await reader.refused(422, "invalid", REPLAY, params={"type": "order.crated"}, headers=ANALYST)


async def test_a_stream_comes_in_the_order_of_its_versions(reader: Reader, rows: list[Stored]) -> None:
    stream = next(row.stream for row in rows if row.type == "order.created")
    whole, end = await told(reader, f"/analytics/streams/{stream}")
    assert [line["version"] for line in whole] == list(range(1, len(whole) + 1))
    assert end == {"reached": len(whole), "head": len(whole)}
    rest, end = await told(reader, f"/analytics/streams/{stream}", after=len(whole))
    assert (rest, end) == ([], {"reached": len(whole), "head": len(whole)})
    assert await told(reader, "/analytics/streams/order-none") == ([], {"reached": 0, "head": 0})


async def test_the_browser_of_an_analyst_gets_the_same_lines(shop: Shop) -> None:
    person = {"email": "ana@example.org", "firstName": "A", "lastName": "B", "password": PASSWORD}
    await shop.counter.done("POST", "/users", 201, json=person | {"roles": ["analyst"]})
    ana: Browser = await shop.log_in("ana")
    shop.reader.look_into(shop.counter.store)
    [row, *_] = await shop.counter.store.log(0)
    for path, asked in ((REPLAY, {"last": "1"}), (f"/analytics/streams/{row.stream}", {"limit": "1"})):
        answer = await ana.client.get(f"/bff{path}", params=asked)
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        line, end = map(json.loads, answer.text.splitlines())
        assert (line["id"], end["reached"]) == (json.loads(row.state)["id"], 1)
    await ana.refused(422, "invalid", "GET", "/bff/analytics/replay", params={"type": "order.crated"})

"""Every store finds the same events, forwards and backwards, by what it keeps of them."""

from collections.abc import Sequence

import pytest

from event_store.scan import Scan
from event_store.store import EventStore
from schemas.codec import Stored, decode
from tests.contract.event_store.requests import request, shipped

FAR = 2**63 - 1
ANY = Scan()


async def _fill(store: EventStore) -> None:
    """Six events: `order.completed` and `order.shipped` of three streams in turn."""
    for n, stream in enumerate(("order-1", "order-11", "saga-1"), start=1):
        await store.append(request(stream, by=f"m{n}"))
        await store.append(shipped(stream, 1, by=f"s{n}"))


def positions(rows: Sequence[Stored]) -> list[int]:
    return [row.position for row in rows]


async def test_an_empty_store_has_nothing_to_find(store: EventStore) -> None:
    assert await store.scan(ANY, 0, FAR, limit=5) == []
    assert await store.scan(Scan(contains=(b"x",)), 0, FAR, limit=5, newest_first=True) == []
    assert await store.versions("order-1", limit=5) == []


async def test_all_that_is_asked_for_of_an_event_must_hold(store: EventStore) -> None:
    await _fill(store)
    found = {
        "types": Scan(types=("order.shipped", "never.seen")),
        "prefix": Scan(prefixes=("saga-", "order-11")),
        "exact beginning": Scan(prefixes=("order-1",)),
        "part": Scan(contains=(b'"causationId":"m2"',)),
        "both parts": Scan(contains=(b'"causationId":"m2"', b'"correlationId":"c"')),
        "all": Scan(types=("order.completed",), prefixes=("order-",), contains=(b'"orderId":"42"',)),
        "nothing": Scan(types=("order.completed",), contains=(b"unseen",)),
    }
    assert {name: positions(await store.scan(scan, 0, FAR, limit=9)) for name, scan in found.items()} == {
        "types": [2, 4, 6],
        "prefix": [3, 4, 5, 6],
        "exact beginning": [1, 2, 3, 4],
        "part": [3],
        "both parts": [3],
        "all": [1, 3],
        "nothing": [],
    }


async def test_a_scan_goes_either_way_within_its_bounds(store: EventStore) -> None:
    await _fill(store)
    assert positions(await store.scan(ANY, 1, 4, limit=9)) == [2, 3, 4]
    assert positions(await store.scan(ANY, 1, 4, limit=9, newest_first=True)) == [4, 3, 2]
    assert positions(await store.scan(ANY, 0, FAR, limit=2, newest_first=True)) == [6, 5]
    assert positions(await store.scan(Scan(types=("order.shipped",)), 0, 5, limit=1, newest_first=True)) == [4]
    assert await store.scan(ANY, 6, FAR, limit=9) == []
    assert await store.scan(ANY, 4, 2, limit=9) == []


async def test_what_is_found_is_what_was_recorded(store: EventStore) -> None:
    await _fill(store)
    for newest_first in (False, True):
        rows = await store.scan(ANY, 0, FAR, limit=9, newest_first=newest_first)
        assert sorted(rows) == await store.log(0)
        assert [decode(row).position for row in rows] == positions(rows)


async def test_the_versions_of_a_stream_come_either_way(store: EventStore) -> None:
    await store.append(request("order-11", by="other"))
    await store.append(request("order-1", n=5))
    for after, until, newest_first, versions in (
        (0, None, False, [1, 2, 3, 4, 5]),
        (3, None, False, [4, 5]),
        (1, 3, False, [2, 3]),
        (0, 3, True, [3, 2, 1]),
        (0, None, True, [5, 4, 3, 2, 1]),
        (9, None, False, []),
    ):
        rows = await store.versions("order-1", after=after, until=until, limit=9, newest_first=newest_first)
        assert [row.version for row in rows] == versions
        assert {row.stream for row in rows} <= {"order-1"}
    assert [row.version for row in await store.versions("order-1", limit=2, newest_first=True)] == [5, 4]


@pytest.mark.parametrize("stream", ["order-ä'\"", "order-%", "order-_x"])
async def test_any_name_of_a_stream_is_taken_literally(store: EventStore, stream: str) -> None:
    await store.append(request("order-ax", by="other"))
    await store.append(request(stream))
    assert positions(await store.scan(Scan(prefixes=(stream,)), 0, FAR, limit=9)) == [2]
    assert positions(await store.versions(stream, limit=9)) == [2]

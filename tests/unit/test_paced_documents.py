"""A rebuild reads and writes documents a few at a time: no round trip takes long, whatever the server is like."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from projectors.document_io import DUPLICATE_KEY
from projectors.folding import Folded
from projectors.rebuild.paced_documents import FEWEST, FIRST, MOST, ROUND_TRIP, PacedDocuments


class SlowCollection:
    """Takes so many seconds for each document, by a clock of its own, and notes what it is sent."""

    name = "orders"

    def __init__(self, seconds: float, there: Sequence[str] = ()) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.there = set(there)
        self.sent: list[int] = []
        self.under_way = 0

    async def insert_many(self, documents: Sequence[dict[str, Any]], *, ordered: bool) -> None:
        assert not ordered
        self.under_way += 1
        assert self.under_way == 1, "one round trip at a time"
        await asyncio.sleep(0)
        self.now += len(documents) * self.seconds
        self.sent.append(len(documents))
        self.under_way -= 1
        ids = [document["_id"] for document in documents]
        errors = [{"index": ids.index(key), "code": DUPLICATE_KEY} for key in ids if key in self.there]
        if errors:
            raise BulkWriteError({"writeErrors": errors})


def folded(number: int) -> Folded:
    keys = [f"order-{each}" for each in range(number)]
    return Folded({key: {"_id": key} for key in keys}, dict.fromkeys(keys, 1))


async def insert(collection: SlowCollection, number: int, documents: PacedDocuments | None = None) -> list[str]:
    paced, given = documents or PacedDocuments(lambda: collection.now), folded(number)
    return await paced.insert(collection, given, list(given.documents))  # type: ignore[arg-type]


async def test_round_trips_grow_until_they_take_as_long_as_they_should() -> None:
    collection = SlowCollection(ROUND_TRIP / 300)
    await insert(collection, 5_000)
    assert collection.sent[:3] == [FIRST, 2 * FIRST, 300]
    assert set(collection.sent[2:-1]) == {300}
    assert sum(collection.sent) == 5_000


@pytest.mark.parametrize(("seconds", "number"), [(0.0, MOST), (1.0, FEWEST)])
async def test_a_round_trip_has_neither_too_many_documents_nor_too_few(seconds: float, number: int) -> None:
    collection = SlowCollection(seconds)
    await insert(collection, 5_000)
    assert collection.sent[4] == number
    assert sum(collection.sent) == 5_000


async def test_a_server_that_becomes_slow_is_sent_less_at_once() -> None:
    collection = SlowCollection(ROUND_TRIP / 400)
    paced = PacedDocuments(lambda: collection.now)
    await insert(collection, 2_000, paced)
    collection.seconds, collection.sent = ROUND_TRIP / 50, []
    await insert(collection, 2_000, paced)
    assert collection.sent[0] == 400
    assert set(collection.sent[1:-1]) == {50}


async def test_a_last_part_says_too_little_to_send_more_at_once() -> None:
    collection = SlowCollection(ROUND_TRIP / 1_000)
    paced = PacedDocuments(lambda: collection.now)
    for _ in range(10):
        await insert(collection, 3, paced)
    await insert(collection, FIRST, paced)
    assert collection.sent == [*[3] * 10, FIRST]


async def test_what_two_views_write_at_once_is_written_one_after_the_other() -> None:
    collection = SlowCollection(0.001)
    paced = PacedDocuments(lambda: collection.now)
    await asyncio.gather(insert(collection, 500, paced), insert(collection, 500, paced))
    assert sum(collection.sent) == 1_000


async def test_documents_that_are_there_already_are_named() -> None:
    there = ["order-3", "order-150", "order-499"]
    assert await insert(SlowCollection(0.0, there), 500) == there

"""What is trending is said in time, with a day of counts of a whole catalogue."""

import random
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles

import pytest

from projectors.document_io import Database
from projectors.timestamps import minute_of
from query_api.trending import warm_up
from schemas.documents import (
    CHECKPOINTS,
    PRODUCTS_VIEW,
    SEGMENT,
    TALLIES,
    TRENDING_CARTS_VIEW,
    TRENDING_ORDERS_VIEW,
    TRENDING_VIEWS_VIEW,
    Document,
    checkpoint_id,
    label,
)
from schemas.topics import TopicPartition
from tests.histories import PARTITIONS
from tests.integration.doors.counter import BOB
from tests.integration.doors.reader import Reader

pytestmark = [pytest.mark.exhaustive, pytest.mark.timeout(300)]
PRODUCTS, DEPARTMENTS = 92_331, 30
VIEWS = (TRENDING_VIEWS_VIEW, TRENDING_CARTS_VIEW, TRENDING_ORDERS_VIEW)
COUNTS = 30
"""Products in one document: three views, every minute of a day and four partitions make half a million counts."""
NOW = datetime(2026, 3, 14, 23, 59, tzinfo=UTC)
LIMIT = 0.050
"""Seconds for 95 of 100 answers."""


def name(number: int) -> str:
    return f"product-{number:05}"


async def fill(mongodb: Database) -> None:
    products: list[Document] = [
        {
            "_id": name(each),
            "productId": name(each),
            "position": each + 1,
            "forSale": True,
            "department": f"D{each % DEPARTMENTS}",
            "category": "C",
            "name": name(each),
            "attributes": [],
            "stockedIn": [],
        }
        for each in range(PRODUCTS)
    ]
    for start in range(0, PRODUCTS, 5_000):
        await mongodb[PRODUCTS_VIEW.name].insert_many(products[start : start + 5_000])
    tallies: list[Document] = []
    for each in range(DEPARTMENTS):
        filters = label(department=f"D{each}")
        tallies.append({"_id": filters, "view": PRODUCTS_VIEW.name, "label": filters, "count": PRODUCTS // DEPARTMENTS})
    await mongodb[TALLIES].insert_many(tallies)
    for view in VIEWS:
        for start in range(0, 1_440, 60):
            await mongodb[view.name].insert_many(
                [bucket(minute, partition) for minute in range(start, start + 60) for partition in range(PARTITIONS)]
            )
    await mark(mongodb, 1_440 * SEGMENT)


def bucket(minute: int, partition: int) -> Document:
    chance = random.Random(minute * PARTITIONS + partition)
    at = minute_of(NOW - timedelta(minutes=1_439 - minute))
    return {
        "_id": f"{partition}/{at}/{minute}",
        "partition": partition,
        "position": minute * SEGMENT + partition,
        "minute": at,
        "segment": minute,
        "counts": {name(int(PRODUCTS * chance.random() ** 2)): 1 + chance.randrange(4) for _ in range(COUNTS)},
    }


async def mark(mongodb: Database, position: int) -> None:
    for view in VIEWS:
        for partition in range(PARTITIONS):
            key = checkpoint_id(view.name, TopicPartition(view.topic, partition))
            document = {"_id": key, "view": view.name, "log": "a history", "position": position}
            await mongodb[CHECKPOINTS].replace_one({"_id": key}, document, upsert=True)


async def test_a_day_of_a_whole_catalogue_is_weighed_in_time(mongodb: Database, reader: Reader) -> None:
    await fill(mongodb)
    reader.now = NOW
    began, cpu = time.perf_counter(), time.process_time()
    await warm_up(reader.app.state.context)
    loading = f"read in {time.perf_counter() - began:.1f} s, {time.process_time() - cpu:.1f} s of this process"
    seconds, chance = [], random.Random(7)
    for number in range(240):
        if number % 10 == 0:  # the projectors write on
            minute = 1_440 + number // 10
            for view in VIEWS:
                await mongodb[view.name].insert_many([bucket(minute, partition) for partition in range(PARTITIONS)])
            await mark(mongodb, (minute + 1) * SEGMENT)
        asked = {"department": f"D{chance.randrange(DEPARTMENTS)}"} if number % 2 else {}
        began = time.perf_counter()
        answer = await reader.told("/products/trending", headers=BOB, params=asked)
        seconds.append(time.perf_counter() - began)
        assert len(answer["items"]) == 20
        reader.now += timedelta(milliseconds=500)
    cuts = quantiles(seconds, n=100)
    figures = f"{loading}; p50 {cuts[49]:.4f} s, p95 {cuts[94]:.4f} s, p99 {cuts[98]:.4f} s"
    assert cuts[94] <= LIMIT, figures

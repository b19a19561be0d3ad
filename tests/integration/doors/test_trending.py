"""What is trending, at the query door."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from projectors.document_io import Database
from projectors.origin import drop_documents
from projectors.projection import Projection
from query_api.trending_index import MAX_AGE
from query_api.trending_ranking import DAYS
from schemas.documents import SEGMENT
from schemas.envelope import Envelope
from schemas.message import Event
from tests.documents import on_every_server
from tests.examples import LAMP_ID, MUG_ID, NOON
from tests.histories import HistoryLog, deliver, events, recorded
from tests.integration.doors.counter import BOB
from tests.integration.doors.reader import Reader

pytestmark = on_every_server
VASE_ID = "vase"


def catalogue() -> list[Event]:
    """A lamp and a mug of one department, a vase of another."""
    return [
        *events("product.created", product_id=LAMP_ID, department="Home"),
        *events("product.created", product_id=MUG_ID, department="Home"),
        *events("product.created", product_id=VASE_ID, department="Garden"),
    ]


def viewed(product_id: str, n: int, *, at: datetime = NOON) -> list[Event]:
    return events("product.views.counted", product_id=product_id, n=n, minute=at)


async def told(reader: Reader, **asked: Any) -> list[dict[str, Any]]:
    """What is trending now; the reader's clock goes on, so that it looks again."""
    reader.now += MAX_AGE
    items: list[dict[str, Any]] = (await reader.told("/products/trending", headers=BOB, params=asked))["items"]
    return items


async def trending(reader: Reader, **asked: Any) -> list[str]:
    return [item["productId"] for item in await told(reader, **asked)]


def numbered(*parts: Sequence[Event]) -> list[list[Envelope]]:
    """These parts of one log, as the store gives them back."""
    log = recorded([event for part in parts for event in part])
    ends = [sum(map(len, parts[: index + 1])) for index in range(len(parts))]
    return [log[end - len(part) : end] for part, end in zip(parts, ends, strict=True)]


async def test_products_are_ordered_by_what_was_viewed_and_ordered(reader: Reader) -> None:
    await reader.sees(recorded([*catalogue(), *viewed(VASE_ID, 20), *viewed(MUG_ID, 3), *events("order.created")]))
    items = await told(reader)
    assert [item["productId"] for item in items] == [VASE_ID, MUG_ID, LAMP_ID]
    assert items[1]["trending"] == {"score": 14.964, "viewsToday": 3, "cartAddsToday": 0, "ordersToday": 1}
    assert not items[0].keys() & {"_id", "nameKey", "words"}


async def test_what_comes_later_is_seen_without_reading_all_again(reader: Reader) -> None:
    first, second, third = numbered([*catalogue(), *viewed(MUG_ID, 2)], viewed(LAMP_ID, 1), viewed(LAMP_ID, 2))
    await reader.sees(first)
    assert await trending(reader) == [MUG_ID]
    await reader.sees(second)
    assert await trending(reader) == [MUG_ID, LAMP_ID]
    await reader.sees(third)
    assert await trending(reader) == [LAMP_ID, MUG_ID]


async def test_nothing_is_counted_twice_over_the_end_of_a_segment(reader: Reader) -> None:
    log = recorded([*catalogue(), *viewed(MUG_ID, 1)])
    for after in (SEGMENT - 3, SEGMENT + 7, 3 * SEGMENT - 1):
        log += recorded(viewed(MUG_ID, 1) * 3, after=after)
    for envelope in log:
        await reader.sees([envelope])
        found = await told(reader)
    assert found[0]["trending"]["viewsToday"] == 10


async def test_the_latest_counts_most_and_what_is_a_week_old_nothing(reader: Reader) -> None:
    yesterday = NOON - timedelta(days=1)
    long_ago = NOON - timedelta(days=DAYS)
    history = [*viewed(MUG_ID, 5), *viewed(LAMP_ID, 8, at=yesterday), *viewed(VASE_ID, 1_000, at=long_ago)]
    await reader.sees(recorded([*catalogue(), *history]))
    assert await trending(reader) == [MUG_ID, LAMP_ID]
    reader.now += timedelta(days=DAYS - 1)
    assert await trending(reader) == [MUG_ID]


async def test_a_department_has_its_own_order_by_where_its_products_are_now(reader: Reader) -> None:
    first, moved = numbered(
        [*catalogue(), *viewed(VASE_ID, 3), *viewed(MUG_ID, 2), *viewed(LAMP_ID, 1)],
        events("product.updated", product_id=MUG_ID, department="Garden"),
    )
    await reader.sees(first)
    assert await trending(reader, department="Home") == [MUG_ID, LAMP_ID]
    assert await trending(reader, department="Nowhere") == []
    await reader.sees(moved)
    assert await trending(reader, department="Home") == [LAMP_ID]
    assert await trending(reader, department="Garden", limit=1) == [VASE_ID]


async def test_a_product_that_is_not_for_sale_is_not_trending(reader: Reader) -> None:
    first, ended = numbered(
        [*catalogue(), *viewed(VASE_ID, 3), *viewed(MUG_ID, 2), *viewed("unknown", 9)],
        events("product.discontinued", product_id=VASE_ID),
    )
    await reader.sees(first)
    assert await trending(reader) == [VASE_ID, MUG_ID]
    await reader.sees(ended)
    assert await trending(reader) == [MUG_ID]


async def test_documents_built_anew_give_the_same_order(reader: Reader, mongodb: Database) -> None:
    history = recorded([*catalogue(), *viewed(VASE_ID, 3), *events("order.created")])
    await reader.sees(history)
    before = await told(reader)
    await drop_documents(mongodb)
    assert await told(reader) == []
    await deliver(Projection(reader.projection._models, mongodb, HistoryLog()), history, batch=1)
    reader.now -= 2 * MAX_AGE
    assert await told(reader) == before


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 101}, {"department": ""}, {"since": "1"}])
async def test_what_is_asked_wrongly_is_refused(reader: Reader, asked: dict[str, Any]) -> None:
    await reader.refused(422, "invalid", "/products/trending", params=asked)

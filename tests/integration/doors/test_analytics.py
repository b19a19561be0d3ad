"""The figures of the shop, at the query door; that they are right is tested in `test_figures`."""

from typing import Any

import pytest

from tests.histories import COMPLETED, events, recorded
from tests.integration.doors.counter import BOB, OLIVE, who
from tests.integration.doors.reader import Reader

ANALYST = who("ada", "analyst")


async def spans(reader: Reader, **asked: str) -> list[tuple[str, str]]:
    answer = await reader.told("/admin/analytics", headers=ANALYST, params=asked)
    return [(each["start"], each["end"]) for each in answer["items"]]


async def test_without_a_word_it_is_the_last_thirty_days_or_day(reader: Reader) -> None:
    days, hours = await spans(reader), await spans(reader, by="hour")
    assert (len(days), days[-1]) == (30, ("2026-03-14T00:00:00Z", "2026-03-15T00:00:00Z"))
    assert (len(hours), hours[-1]) == (24, ("2026-03-14T12:00:00Z", "2026-03-14T13:00:00Z"))


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ({"from": "2026-03-01", "to": "2026-03-03"}, "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z"),
        (
            {"from": "2026-03-01T23:30:00-02:00", "to": "2026-03-02T04:00:01Z", "by": "hour"},
            "2026-03-02T01:00:00Z",
            "2026-03-02T05:00:00Z",
        ),
        ({"to": "2026-03-14T10:00:00Z"}, "2026-02-13T00:00:00Z", "2026-03-15T00:00:00Z"),
    ],
)
async def test_a_span_is_of_whole_days_or_hours(reader: Reader, asked: dict[str, str], first: str, end: str) -> None:
    found = await spans(reader, **asked)
    assert (found[0][0], found[-1][1]) == (first, end)


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-03-03", "to": "2026-03-03"},
        {"from": "2026-03-04", "to": "2026-03-03"},
        {"from": "2025-03-03", "to": "2026-03-03"},
        {"from": "2026-03-01", "to": "2026-03-09", "by": "hour"},
        {"by": "week"},
        {"from": "yesterday"},
        {"since": "2026-03-03"},
    ],
)
async def test_what_is_asked_wrongly_is_refused(reader: Reader, asked: dict[str, str]) -> None:
    await reader.refused(422, "invalid", "/admin/analytics", params=asked)


async def test_others_see_nothing_of_it(reader: Reader) -> None:
    for headers in (BOB, OLIVE):
        await reader.refused(403, "forbidden", "/admin/analytics", headers=headers)


async def test_an_hour_with_an_order_tells_what_was_sold_and_kept(reader: Reader) -> None:
    await reader.sees(recorded(events(*COMPLETED)))
    answer = await reader.told("/admin/analytics", headers=ANALYST, params={"by": "hour"})
    hour: dict[str, Any] = answer["items"][-1]
    assert hour["revenue"] == {"USD": {"captured": 5734, "refunded": 0, "net": 5734, "refundRate": 0.0}}
    assert hour["baskets"] == {"USD": {"orders": 1, "average": 5734.0}}
    assert (hour["orders"]["placed"], hour["orders"]["piecesPerOrder"]) == (1, 3.0)
    assert hour["topProducts"] == [{"productId": "995242", "pieces": 2}, {"productId": "1082185", "pieces": 1}]
    empty = answer["items"][0]
    assert (empty["revenue"], empty["baskets"], empty["topProducts"]) == ({}, {}, [])
    assert (empty["carts"]["conversion"], empty["stock"]["turn"]) == (None, None)

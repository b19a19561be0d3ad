"""Views of products, as services report them to the command API."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from aioutlet.denial_reporter import issue_system_token
from aioutlet.http_server import listening
from aioutlet.view_reporter import ViewReporter, reporting_views
from bff.product_views import ViewCounter, Visitor
from bff.view_recording import Batch
from command_api.routers.product_views import LATEST, MAX_COUNTS, OLDEST
from edge.context import fresh_id
from identity.tokens import TokenIssuer
from schemas.errors import Unavailable
from schemas.product import CountViews, ProductViewsCounted
from tests.accounts import SECRET
from tests.doors import client_of
from tests.integration.doors.counter import ANN, NOON, Counter, key, who

SHOP = who("bff", "system")
MINUTE = NOON.replace(second=0, microsecond=0)
issue_token = partial(issue_system_token, TokenIssuer(SECRET), "bff")


def views(*counts: tuple[str, int], minute: Any = MINUTE) -> dict[str, Any]:
    return {"views": [{"productId": product, "minute": minute.isoformat(), "n": n} for product, n in counts]}


async def counted(counter: Counter) -> list[tuple[str, int]]:
    facts = [each.event for each in await counter.log() if isinstance(each.event, ProductViewsCounted)]
    return [(fact.product_id, fact.n) for fact in facts]


async def report(counter: Counter, name: str, body: dict[str, Any]) -> int:
    answer = await counter.done("POST", "/products/-views", headers=SHOP | key(name), json=body)
    return int(answer["counted"])


async def test_a_report_is_recorded_once(counter: Counter) -> None:
    for _ in range(2):
        assert await report(counter, "a", views(("lamp", 3), ("mug", 1))) == 2
    assert await report(counter, "b", views(("lamp", 2))) == 1
    assert await counted(counter) == [("lamp", 3), ("mug", 1), ("lamp", 2)]


async def test_of_a_product_that_does_not_exist_nothing_is_recorded(counter: Counter) -> None:
    assert await report(counter, "a", views(("unicorn", 3), ("lamp", 1))) == 1
    assert await report(counter, "b", views(("unicorn", 3))) == 0
    assert await counted(counter) == [("lamp", 1)]


async def test_a_product_that_was_discontinued_is_still_viewed(counter: Counter) -> None:
    await counter.done("POST", "/products/lamp/discontinue")
    assert await report(counter, "a", views(("lamp", 1))) == 1


async def test_a_minute_that_lies_far_away_is_left_out(counter: Counter) -> None:
    for minute in (NOON - OLDEST - timedelta(minutes=1), NOON + LATEST + timedelta(minutes=1)):
        assert await report(counter, str(minute.timestamp()), views(("lamp", 1), minute=minute)) == 0
    assert await counted(counter) == []


async def test_the_largest_report_is_taken(bare: Counter) -> None:
    names = [f"{number:0>64}" for number in range(MAX_COUNTS)]
    assert await report(bare, "a", views(*((name, 10**9) for name in names))) == 0


async def test_only_the_shops_own_services_report(counter: Counter) -> None:
    for headers in (ANN, who("bff", "guest"), who("ann", "system", kind="admin")):
        await counter.refused(
            403, "forbidden", "POST", "/products/-views", headers=headers | key("a"), json=views(("lamp", 1))
        )
    assert await counted(counter) == []


async def test_a_report_needs_a_key(counter: Counter) -> None:
    await counter.refused(
        400, "idempotency_key_missing", "POST", "/products/-views", headers=SHOP, json=views(("lamp", 1))
    )


@pytest.mark.parametrize("body", [views(), views(("lamp", 0)), views(*[("lamp", 1)] * (MAX_COUNTS + 1))])
async def test_what_is_no_report_is_refused(counter: Counter, body: dict[str, Any]) -> None:
    await counter.refused(422, "invalid", "POST", "/products/-views", headers=SHOP | key("a"), json=body)


async def test_what_a_service_counted_is_recorded_when_it_ends(counter: Counter) -> None:
    seen = ViewCounter(clock=lambda: NOON)
    async with (
        listening(counter.app, host="127.0.0.1", port=0, setting="PORT") as url,
        reporting_views(seen, url, issue_token, CollectorRegistry()),
    ):
        await asyncio.sleep(0)  # it must have begun to be cancelled
        seen.count("lamp", Visitor("s", "192.0.2.1", "Firefox"))
    assert await counted(counter) == [("lamp", 1)]


async def test_a_reporter_says_when_it_is_not_known_to_be_recorded(counter: Counter) -> None:
    batch = Batch(fresh_id(), [CountViews(product_id="lamp", minute=MINUTE, n=1)])
    async with client_of(counter.app) as client:
        with pytest.raises(Unavailable):
            await ViewReporter(client, lambda: "nonsense").report(batch)
        await ViewReporter(client, issue_token).report(batch)
        await ViewReporter(client, issue_token).report(batch)
    assert await counted(counter) == [("lamp", 1)]

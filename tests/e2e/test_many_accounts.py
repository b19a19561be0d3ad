"""A shop with many accounts is as quick as one with few.

`ACCOUNTS` says how many: 300 unless it is set; `make test-accounts` takes 10,000. Times are those of one caller.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import pytest

from bench.statistics import percentile
from event_store.opening import open_store
from identity.passwords import PasswordHasher
from schemas.user import EmailVerified
from tests.e2e import population
from tests.e2e.async_browser import AsyncBrowser, browsing
from tests.e2e.running import SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER

NUMBER = int(os.environ.get("ACCOUNTS", "300"))
IS_FULL = NUMBER >= 10_000
ASKED = 200 if IS_FULL else 40
"""Requests of each kind."""
LIMIT = 50.0 if IS_FULL else 500.0
"""Milliseconds that 95 of 100 answers may take; beside other tests only what is out of all proportion is noticed."""
SETTINGS = {
    "AIOUTLET_TOKEN_SECRET": SECRET,
    "AIOUTLET_DEMO": "false",
    "AIOUTLET_LOG_LEVEL": "WARNING",
    "AIOUTLET_RATE_LIMITS": "off",
}
CATCHING_UP = STUCK_AFTER if not IS_FULL else 900.0


@asynccontextmanager
async def logged_in(bff: str, number: int) -> AsyncIterator[AsyncBrowser]:
    async with browsing(bff) as browser:
        await log_in(browser, number)
        yield browser


async def log_in(browser: AsyncBrowser, number: int) -> None:
    await browser.post("/auth/login", {"email": population.email(number), "password": population.PASSWORD})


async def caught_up(shop: ShopProcess, admin: AsyncBrowser) -> None:
    """Wait until everybody is listed, and the agent of accounts has seen everybody's proof."""
    store = open_store(shop.addresses()["log"])
    last, page = 0, await store.log(0, types=[EmailVerified.wire_name])
    while page:
        last, page = page[-1].position, await store.log(page[-1].position, types=[EmailVerified.wire_name])
    async with asyncio.timeout(CATCHING_UP):
        while max((await store.checkpoints("accounts")).values(), default=0) < last:
            await store.wait_past(await store.head(), timeout=0.5)
        while (await admin.get("/admin/users?limit=1"))["total"] < NUMBER:
            await store.wait_past(await store.head(), timeout=0.5)
    await store.close()


async def timed(do: Callable[[], Awaitable[object]]) -> float:
    begun = perf_counter()
    await do()
    return (perf_counter() - begun) * 1_000


def told(name: str, times: Sequence[float]) -> str:
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    return f"  {name:34} p50 {p50:7.1f}   p95 {p95:7.1f}   p99 {p99:7.1f}   max {max(times):7.1f}"


async def login_times(bff: str, people: Sequence[int]) -> tuple[list[float], list[float]]:
    """Of logins, and, between them, of comparing the password with its hash alone."""
    logins, hashing, hasher = [], [], PasswordHasher()
    stored = await hasher.hash(population.PASSWORD)
    for number in people:
        async with logged_in(bff, number) as browser:  # the quick hash is replaced
            await browser.post("/auth/logout")
            hashing.append(await timed(lambda: hasher.verify(population.PASSWORD, stored)))
            logins.append(await timed(lambda: log_in(browser, number)))  # noqa: B023 - awaited here
    await hasher.close()
    return logins, hashing


async def page_times(bff: str, admin: AsyncBrowser, people: Sequence[int]) -> dict[str, list[float]]:
    """Of a person's own profile, and of an admin's list: its first page, a later one, and one found by address."""
    async with logged_in(bff, people[0]) as browser:
        profiles = [await timed(lambda: browser.get("/me")) for _ in people]
    first = [await timed(lambda: admin.get("/admin/users")) for _ in people]
    cursor, later = (await admin.get("/admin/users"))["nextCursor"], []
    for _ in people:
        begun = perf_counter()
        cursor = (await admin.get(f"/admin/users?cursor={cursor}"))["nextCursor"] or cursor
        later.append((perf_counter() - begun) * 1_000)
    found = [await timed(lambda: admin.get(f"/admin/users?q={population.email(number)}")) for number in people]  # noqa: B023
    return {"GET /bff/me": profiles, "list, first page": first, "list, next page": later, "list, by address": found}


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
async def test_logins_profiles_and_lists_are_quick_among_many_accounts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, begun = tmp_path / "var", perf_counter()
    await population.gather(data, NUMBER)
    gathered = perf_counter() - begun
    with ShopProcess(data, SETTINGS) as shop:
        bff = shop.addresses()["bff"]
        async with logged_in(bff, 0) as admin:
            await caught_up(shop, admin)
            people = population.spread_out(NUMBER, ASKED)
            pages = await page_times(bff, admin, people)
            logins, hashing = await login_times(bff, people)
            assert (await admin.get(f"/admin/users?q={population.email(people[-1])}"))["total"] == 1
    beside = percentile(logins, 0.95) - percentile(hashing, 0.95)
    rows = pages | {"login": logins, "of which hashing alone": hashing}
    with capsys.disabled():
        print(f"\n{NUMBER:,} accounts, created in {gathered:.0f} s; {len(people)} requests each, milliseconds")  # noqa: T201
        print("\n".join(told(*row) for row in rows.items()))  # noqa: T201
        print(f"  login beside the hashing           p95 {beside:7.1f}")  # noqa: T201
    worst = {name: percentile(times, 0.95) for name, times in pages.items()} | {"login beside the hashing": beside}
    assert {name: value for name, value in worst.items() if value >= LIMIT} == {}

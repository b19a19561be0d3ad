"""A log put back from a backup beside newer documents: no reader ever sees what the log does not hold."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from aioutlet.data_folder import LOG
from tests.e2e.backup import back_up, put_back
from tests.e2e.customers import Answer, Counter, counter
from tests.e2e.running import SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER

GONE = 404
NOT_YET = 503


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_LOG_LEVEL": "WARNING"}
    with ShopProcess(tmp_path / "var", settings) as shop:
        yield shop


async def status_of(ask: Counter, path: str, stream: str, position: int) -> int:
    """How a query is answered that must have seen a position."""
    headers = ask.bearer("staff", "admin") | {"X-Min-Position": f"{stream}@{position}"}
    return (await ask.queries.get(path, headers=headers)).status_code


async def is_all_there_is(ask: Counter, product: str, orders: Sequence[Answer]) -> None:
    """Wait for these orders and this product, and see that there is nothing else."""
    for order in orders:
        assert (await ask.settled(order))["outcome"] == "completed"
    stock = await ask.stock(product, reserved=len(orders))
    assert stock["onHand"] == stock["reserved"] + stock["available"]
    async with asyncio.timeout(STUCK_AFTER):
        while (listed := await ask.products()) != ({product}, 1):
            assert listed[0] <= {product}
    assert await ask.order_totals() == (len(orders), len(orders))


@pytest.mark.parametrize("end", [ShopProcess.kill, ShopProcess.stop], ids=["killed", "closed"])
async def test_a_backup_put_back_is_all_that_readers_see_and_the_shop_goes_on(
    own_shop: ShopProcess, tmp_path: Path, end: Callable[[ShopProcess], None]
) -> None:
    log, copy = own_shop.data / LOG, tmp_path / "copy.sqlite"
    async with counter(own_shop.addresses()) as ask:
        kept, kept_orders = await ask.buy(stock=10, orders=3)
        back_up(log, copy)
        lost, lost_orders = await ask.buy(stock=10, orders=2)
    end(own_shop)
    put_back(copy, log)
    own_shop.start()
    async with counter(own_shop.addresses()) as ask:
        assert (await ask.products())[0] <= {kept}
        for path in (f"/products/{lost}", f"/inventory/{lost}", f"/orders/{lost_orders[0]['orderId']}"):
            answer = await ask.queries.get(path, headers=ask.bearer("staff", "admin"))
            assert answer.status_code == GONE
        assert await status_of(ask, f"/products/{lost}", f"product-{lost}", lost_orders[-1]["position"]) == NOT_YET
        await is_all_there_is(ask, kept, kept_orders)
        more = await ask.place({kept: 1})
        assert (await ask.settled(more))["outcome"] == "completed"
        await is_all_there_is(ask, kept, [*kept_orders, more])
    assert own_shop.errors().count("documents dropped, to be built anew from the log") == 1
    assert "Traceback" not in own_shop.errors()


async def test_the_log_of_another_shop_is_not_read_with_the_documents_of_this_one(
    own_shop: ShopProcess, tmp_path: Path
) -> None:
    """Both logs have as many events of the same kinds, at the same positions."""
    with ShopProcess(tmp_path / "other", {**own_shop.environment, "AIOUTLET_DATA": str(tmp_path / "other")}) as other:
        async with counter(other.addresses()) as ask:
            theirs, their_orders = await ask.buy(stock=10, orders=1)
        back_up(other.data / LOG, tmp_path / "copy.sqlite")
    async with counter(own_shop.addresses()) as ask:
        await ask.buy(stock=10, orders=1)
    own_shop.stop()
    put_back(tmp_path / "copy.sqlite", own_shop.data / LOG)
    own_shop.start()
    async with counter(own_shop.addresses()) as ask:
        assert (await ask.products())[0] <= {theirs}
        await is_all_there_is(ask, theirs, their_orders)
    assert "are of log" in own_shop.errors()


async def test_an_empty_log_has_no_documents(own_shop: ShopProcess) -> None:
    async with counter(own_shop.addresses()) as ask:
        await ask.buy(stock=10, orders=1)
    own_shop.kill()
    for part in own_shop.data.glob(f"{LOG}*"):
        part.unlink()
    own_shop.start()
    async with counter(own_shop.addresses()) as ask:
        assert (await ask.products(), await ask.order_totals()) == ((set(), 0), (0, 0))
        with pytest.raises(httpx.HTTPStatusError):
            await ask.stock("oats", reserved=0)


@pytest.mark.parametrize("after", [0, 2, *(pytest.param(after, marks=pytest.mark.exhaustive) for after in (1, 3, 4))])
async def test_killed_at_any_moment_after_the_backup_nothing_newer_is_seen(
    own_shop: ShopProcess, tmp_path: Path, after: int
) -> None:
    """Documents that were written, but whose checkpoint was not, are newer than the log too."""
    log, copy = own_shop.data / LOG, tmp_path / "copy.sqlite"
    async with counter(own_shop.addresses()) as ask:
        kept, kept_orders = await ask.buy(stock=10, orders=1)
        back_up(log, copy)
        lost = [asyncio.create_task(ask.product(stock=1)) for _ in range(after + 1)]
        if after:
            await asyncio.wait(lost, return_when=asyncio.FIRST_COMPLETED)
        own_shop.kill()
        await asyncio.gather(*lost, return_exceptions=True)
    put_back(copy, log)
    own_shop.start()
    async with counter(own_shop.addresses()) as ask:
        assert (await ask.products())[0] <= {kept}
        await is_all_there_is(ask, kept, kept_orders)

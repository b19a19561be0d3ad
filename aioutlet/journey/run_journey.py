"""The whole journey, in order: list and stock the products, place the baskets, wait, and check."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from zlib import crc32

import orjson
from rich.console import Console

from aioutlet.journey.admin_client import chunked
from aioutlet.journey.baskets import demand, stocked
from aioutlet.journey.browser import open_client
from aioutlet.journey.checks import verified
from aioutlet.journey.households import Households, household_ids
from aioutlet.journey.load_generator import Plan, Run
from aioutlet.journey.progress import shown, step
from aioutlet.journey.report import Check, Report, report
from aioutlet.journey.running_shop import RunningShop
from aioutlet.journey.shop import ORDERS_AT_ONCE, TIMEOUT, Shop, TokenCache, connected, retrying
from aioutlet.journey.shopping import is_reviewed
from aioutlet.settings import Settings
from identity.tokens import TokenIssuer
from schemas.product import CreateProduct


async def run_journey(
    console: Console, settings: Settings, plan: Plan, products: Sequence[CreateProduct], *, is_direct: bool = False
) -> Report:
    """Carry `plan` out against the running shop and show how it goes; the shop may be restarted on the way.

    People shop through the BFF, with accounts and carts; if `is_direct`, orders go to the command API at once.

    Raises:
        NotRunning: There is no shop.
        httpx.HTTPError: The shop does not take the products or the stock.
    """
    running = RunningShop.of(settings)
    doors = connected(
        running.command_api,
        running.query_api,
        TokenCache(TokenIssuer(running.secret)),
        give_up_after=plan.give_up_after,
        connections=plan.concurrency,
    )
    async with doors as shop:
        await _prepare(console, shop, plan, products)
        if is_direct:
            run, shopping = await _travelled(console, Run(plan, shop)), None
        else:
            async with _households(running.bff, plan) as households:
                with step(console, "opening accounts", len(household_ids(plan.baskets))) as told:
                    await households.open_accounts(shop.staff, plan.baskets, told, at_once=plan.concurrency)
                run = await _travelled(console, Run(plan, shop, placing=households))
                await _deliver_and_review(console, shop, run, households)
                shopping = households.figures
    return report(run, await _checked(console, RunningShop.of(settings)), shopping)


async def _travelled(console: Console, run: Run) -> Run:
    async with shown(console, run):
        await run.travel()
    return run


@asynccontextmanager
async def _households(bff: str, plan: Plan) -> AsyncIterator[Households]:
    transport = retrying(plan.concurrency, plan.give_up_after)
    async with open_client(bff, transport, timeout=TIMEOUT) as client:
        yield Households(client, run=plan.run)


async def _deliver_and_review(console: Console, shop: Shop, run: Run, households: Households) -> None:
    """Deliver the orders that are to be reviewed, and have their households review them."""
    chosen = {order_id: basket for order_id, basket in run.placed.items() if is_reviewed(basket)}
    free = asyncio.Semaphore(run.plan.concurrency)

    async def review(order_id: str) -> None:
        async with free:
            await shop.staff.deliver(order_id)
            if refused := await households.review(chosen[order_id], order_id):
                run.ledger.not_reviewed[refused] += 1

    with step(console, "delivering, reviewing", len(chosen)) as told:
        for order_ids in chunked(list(chosen), ORDERS_AT_ONCE):
            standings = await shop.standings(order_ids)
            async with asyncio.TaskGroup() as tasks:
                for order_id in order_ids:
                    if order_id in standings and standings[order_id].outcome == "completed":
                        tasks.create_task(review(order_id))
            told(len(order_ids))


async def _prepare(console: Console, shop: Shop, plan: Plan, products: Sequence[CreateProduct]) -> None:
    pieces = stocked(demand(plan.baskets))
    with step(console, "listing products", len(products)) as told:
        await shop.staff.list_products(products, told)
    with step(console, "receiving stock", len(pieces)) as told:
        await shop.staff.receive(_delivery(plan.run, pieces), pieces, told)


def _delivery(run: str, pieces: Mapping[str, int]) -> str:
    """Name the delivery of a run after its content: a run continued with more baskets needs, and gets, another."""
    return f"journey-{run}-{crc32(orjson.dumps(pieces, option=orjson.OPT_SORT_KEYS)):08x}"


async def _checked(console: Console, running: RunningShop) -> list[Check]:
    with console.status("folding the whole log again") as status:
        return await verified(
            running, lambda at, head: status.update(f"folding the whole log again: {at:,} of {head:,} events")
        )

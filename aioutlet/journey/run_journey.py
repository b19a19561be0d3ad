"""The whole journey, in order: list and stock the products, place the baskets, wait, and check."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import orjson
from rich.console import Console

from aioutlet.journey.baskets import demand, stocked
from aioutlet.journey.checks import verified
from aioutlet.journey.load_generator import Plan, Run
from aioutlet.journey.progress import shown, step
from aioutlet.journey.report import Check, Report, report
from aioutlet.journey.running_shop import RunningShop
from aioutlet.journey.shop import Shop, TokenCache, connected
from aioutlet.settings import Settings
from identity.tokens import TokenIssuer
from schemas.product import CreateProduct


async def run_journey(console: Console, settings: Settings, plan: Plan, products: Sequence[CreateProduct]) -> Report:
    """Carry `plan` out against the running shop and show how it goes; the shop may be restarted on the way.

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
        run = Run(plan, shop)
        async with shown(console, run):
            await run.travel()
    return report(run, await _checked(console, RunningShop.of(settings)))


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

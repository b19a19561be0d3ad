"""After the run: the whole log is folded again, and what the shop derived from it is compared."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from pymongo import AsyncMongoClient

from aioutlet.journey.report import Check
from aioutlet.journey.running_shop import RunningShop
from event_store.opening import open_store
from projectors.verification.report import GUARANTEES, Report
from projectors.verification.verify import Progress, verify
from schemas.currencies import to_whole_units
from streams.provider_books import ProviderBooks

DATABASE = "aioutlet"
"""Where the address of the documents names no database."""
PAUSE = 1.0
DEADLINE_MS = 30_000
"""For each operation on the documents."""
SETTLING = 20.0
"""Seconds in which nothing may change before contradictions are believed: the work of a killed worker lies still until
its group has missed it."""


async def verified(shop: RunningShop, progress: Progress | None = None) -> list[Check]:
    """Whether stock, money, orders and read models agree with the log.

    A shop comes to rest a moment after its last order: what is found is believed once the read models have finished
    the log, or stopped moving.
    """
    store = open_store(shop.log)
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(shop.documents, timeoutMS=DEADLINE_MS)
    try:
        database = client.get_default_database(DATABASE)
        found = await verify(store, database, partitions=shop.partitions, progress=progress)
        moved_at = monotonic()
        while (found.behind or not found.agrees) and monotonic() - moved_at < SETTLING:
            await asyncio.sleep(PAUSE)
            before, found = found, await verify(store, database, partitions=shop.partitions, progress=progress)
            moved_at = monotonic() if found != before else moved_at
    finally:
        await client.close()
        await store.close()
    return [*checks(found), *compare_books(found, shop.provider_books)]


def compare_books(found: Report, file: Path) -> Iterator[Check]:
    """Compare what the log says was kept of each order with the books of the payment stand-in, where it has some."""
    if not file.exists():
        return
    books = ProviderBooks(file)
    kept = {entry.order_id: entry.kept for entry in books.entries()}
    books.close()
    differing = sorted(order_id for order_id, balance in found.balances.items() if kept.get(order_id, 0) != balance)
    shown = "; ".join(f"{each}: {kept.get(each, 0)} there, {found.balances[each]} here" for each in differing[:3])
    what = f"{len(differing):,} orders differ: {shown}" if differing else f"{len(kept):,} orders in its books"
    yield Check("the payment provider holds what the log says", not differing, what)


def checks(found: Report) -> Iterator[Check]:
    """A verification's findings, one check per guarantee, and whether any order waits for an operator."""
    yield Check("the read models have finished the log", not found.behind, f"{found.behind:,} events behind")
    for name, words in GUARANTEES.items():
        yield Check(f"{name}: {words}", not found.findings[name], _told(found, name))
    yield Check("no order waits for an operator", not found.stuck, f"{len(found.stuck):,} stuck")


def _told(found: Report, name: str) -> str:
    if wrong := found.findings[name]:
        return f"{wrong:,} findings: {'; '.join(found.shown[name][:3])}"
    match name:
        case "G2":
            return f"{found.events:,} events"
        case "G5":
            kept = {currency: amount - found.refunded.get(currency, 0) for currency, amount in found.captured.items()}
            return ", ".join(f"{to_whole_units(amount, currency):,} {currency}" for currency, amount in kept.items())
        case "G6":
            return ", ".join(f"{count:,} {status}" for status, count in found.orders.items())
        case "G7":
            return f"{found.documents:,} documents"
        case _:
            return ""

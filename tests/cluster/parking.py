"""A bug in a handler: its orders are parked at once, all others are as quick as without it, and a replay ends them."""

import asyncio
import os
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bench.statistics import Spread, percentile, spread
from event_store.opening import open_store
from event_store.store import EventStore
from schemas.codec import decode
from tests.cluster.answers import not_once
from tests.cluster.buggy import BROKEN, CAUSE, is_hit
from tests.cluster.cluster import AIOUTLET, SECRETS
from tests.cluster.stage import Stage
from tests.e2e.customers import Counter, counter
from tests.services.part import Say

PROGRAM = ("-m", "tests.cluster.buggy")
CONSUMER = "saga"
COMPLETED = "order.completed"
RATE, WARM_UP, ORDERS_OF_A_RUN = 20, 4, 200
PAGE = 5_000
PAIRS = 9
SLOWER_AT_MOST = 1.2
PARKED_WITHIN = 1.0
"""Seconds from the event that cannot be handled."""
DRAINED_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """The orders of one run: seconds until the healthy ones were complete, and until the others were parked."""

    completed: Sequence[float]
    parked: Sequence[float]

    @property
    def p99(self) -> float:
        return percentile(self.completed, 0.99)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the pairs of runs say; `wrong` are answers that were not given exactly once."""

    slower: Spread
    """The p99 of healthy orders beside the bug by that of orders without it."""
    clean: Spread
    parked: Sequence[float]
    wrong: int

    @property
    def holds(self) -> bool:
        return self.slower.low < SLOWER_AT_MOST and max(self.parked) < PARKED_WITHIN and not self.wrong


def measure(stage: Stage, say: Say, *, pairs: int = PAIRS) -> Findings:
    """Run orders with the bug and without it in turn; each time it is mended, replay what it stopped."""
    return asyncio.run(_measure(stage, say, pairs))


async def _measure(stage: Stage, say: Say, pairs: int) -> Findings:
    log = stage.cluster.environment["AIOUTLET_STORE"]
    store = open_store(log)
    ratios, clean_p99s = list[float](), list[float]()
    parked = list[float]()
    try:
        await _run(stage, store, is_broken=False)  # the first orders meet cold caches
        for number in range(pairs):
            broken = await _run(stage, store, is_broken=True)
            clean = await _run(stage, store, is_broken=False)
            ratios.append(broken.p99 / clean.p99)
            clean_p99s.append(clean.p99)
            parked += broken.parked
            say(
                f"{number + 1} of {pairs}: {len(broken.parked)} parked, the last after {max(broken.parked):.2f} s;"
                f" p99 of the others {broken.p99:.3f} s, without the bug {clean.p99:.3f} s"
            )
    finally:
        await store.close()
    return Findings(spread(ratios), spread(clean_p99s), parked, len(await not_once(log)))


async def _run(stage: Stage, store: EventStore, *, is_broken: bool) -> Run:
    """Place orders at a fixed rate; those that the bug stops are replayed when it is mended."""
    await asyncio.to_thread(_restart, stage, is_broken=is_broken)
    async with counter(stage.cluster.addresses(), SECRETS["AIOUTLET_TOKEN_SECRET"]) as ask:
        product = await ask.product(stock=WARM_UP + ORDERS_OF_A_RUN)
        position = await store.head()
        first = [str((await ask.place({product: 1}))["orderId"]) for _ in range(WARM_UP)]
        await _completed(store, position, {order_id for order_id in first if not (is_broken and is_hit(order_id))})
        placed = await _place(ask, product)
    stopped = {order_id for order_id in (*first, *placed) if is_broken and is_hit(order_id)}
    completed = await _completed(store, position, set(placed) - stopped)
    parked = await _dead(store, stopped)
    if stopped:
        await asyncio.to_thread(_restart, stage, is_broken=False)
        await asyncio.to_thread(_replay, stage)
        await _completed(store, position, stopped)
    return Run(completed, parked)


def _restart(stage: Stage, *, is_broken: bool) -> None:
    service = stage.cluster.named(f"{CONSUMER}-1")
    mark = service.data / BROKEN
    if mark.exists() is is_broken:
        return
    service.stop()
    if is_broken:
        mark.touch()
    else:
        mark.unlink()
    service.start()


async def _place(ask: Counter, product: str) -> list[str]:
    """Place the orders of a run, each at its time, however long those before it take."""
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def place(number: int) -> str:
        await asyncio.sleep(begun + number / RATE - loop.time())
        return str((await ask.place({product: 1}))["orderId"])

    return await asyncio.gather(*map(place, range(ORDERS_OF_A_RUN)))


async def _dead(store: EventStore, orders: Collection[str]) -> list[float]:
    """Wait until the messages of these orders are dead; the seconds from each one's event until it was parked."""
    async with asyncio.timeout(DRAINED_WITHIN):
        while True:
            rows = [row for row in await store.parked(CONSUMER) if row.subject in orders and row.dead_at]
            if len({row.subject for row in rows}) == len(orders):
                break
            await store.wait_past(await store.head(), timeout=0.5)
    waited = []
    for row in rows:
        [stored] = await store.log(row.position - 1, limit=1)
        if recorded := decode(stored).recorded_at:
            waited.append((row.since - recorded).total_seconds())
    return waited


def _replay(stage: Stage) -> None:
    words = ("dead-letters", "replay", "--cause", CAUSE, "--reason", "mended")
    environment = os.environ | stage.cluster.environment | stage.cluster.ports()
    subprocess.run((*AIOUTLET, *words), check=True, capture_output=True, env=environment)


async def _completed(store: EventStore, position: int, orders: Collection[str]) -> list[float]:
    """Wait until these orders are complete; the seconds that each of them took, by the log past `position`."""
    begun: dict[str, datetime] = {}
    seconds: dict[str, float] = {}
    async with asyncio.timeout(DRAINED_WITHIN):
        while not set(orders) <= seconds.keys():
            await store.wait_past(position, timeout=1.0)
            for envelope in map(decode, await store.log(position, limit=PAGE, types=("order.created", COMPLETED))):
                order_id, at = getattr(envelope.event, "order_id", ""), envelope.recorded_at
                if at and envelope.type == COMPLETED:
                    seconds[order_id] = (at - begun[order_id]).total_seconds()
                elif at:
                    begun[order_id] = at
                position = envelope.position
    return [seconds[order_id] for order_id in orders]

"""The run: baskets go in at their time, and are watched until each has come out at the other end.

How the waiting is measured. *Acknowledged* counts from the moment an order was due (open loop: also the time it
waited for a free connection; at rate 0: from the moment it was sent) to its 201. *Completed* counts from that 201 to
the first answer of the query API that shows the order completed; the watcher asks for every pending order again and
again, so this is at most one round of asking too long, and `Report.resolution` says how long the longest round was.
Asking takes at most a fifth of the time, so that it does not slow down what it measures, unless an answer is slow.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from aioutlet.journey.admin_client import chunked
from aioutlet.journey.baskets import Basket
from aioutlet.journey.ledger import Ledger
from aioutlet.journey.pacing import arrivals
from aioutlet.journey.shop import ORDERS_AT_ONCE, NotPlaced, Placed, Shop

SHORTEST_PAUSE = 0.01
LONGEST_PAUSE = 0.5
PAUSE_PER_ASKING = 4.0
GOOD_TOKEN = "tok_ok"
DECLINED_TOKEN = "tok_decline"

Clock = Callable[[], float]


class Placing(Protocol):
    """Orders baskets: `shop.Shop` at once, `households.Households` as people do."""

    async def place(self, basket: Basket, *, token: str, key: str) -> Placed | NotPlaced:
        """Order one basket as its household, paid by this payment token."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: the same run id and baskets are the same orders, so a broken run may be taken up again."""

    run: str
    baskets: Sequence[Basket]
    rate: float = 0.0
    """Orders per second; 0: as fast as `concurrency` connections take them."""
    concurrency: int = 32
    decline: float = 0.0
    """Share of the baskets paid with a token that is declined."""
    give_up_after: float = 60.0
    """Seconds without anything happening after which what is left is lost or stuck."""

    def key(self, basket: Basket) -> str:
        """The idempotency key of one basket in this run."""
        return f"{self.run}-{basket.basket_id}"

    def token(self, basket: Basket) -> str:
        """The payment token of one basket: chosen by its id, so the same in every run."""
        drawn = int.from_bytes(hashlib.sha256(basket.basket_id.encode()).digest()[:4]) / 2**32
        return DECLINED_TOKEN if drawn < self.decline else GOOD_TOKEN


class Run:
    """One plan being carried out against one shop."""

    def __init__(self, plan: Plan, shop: Shop, clock: Clock | None = None, *, placing: Placing | None = None) -> None:
        """Nothing happens before `travel`; `placing` orders the baskets, by default `shop` itself."""
        self.plan = plan
        self.ledger = Ledger()
        self.resolution = 0.0
        """Seconds between two looks at the same order, at worst."""
        self.started = self.ended = 0.0
        self.placed: dict[str, Basket] = {}
        """The basket of each order."""
        self._shop = shop
        self._placing = placing or shop
        self._clock = clock or asyncio.get_running_loop().time
        self._all_offered = False

    @property
    def elapsed(self) -> float:
        """Seconds since the start, until the last thing happened."""
        return max(self.ledger.moved_at, self.started) - self.started

    async def travel(self) -> None:
        """Place every basket and wait for every order, or until nothing has happened for `give_up_after` seconds."""
        self.started = self.ledger.moved_at = self._clock()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            await self._place_all()
            self._all_offered = True

    async def _place_all(self) -> None:
        free = asyncio.Semaphore(self.plan.concurrency)
        async with asyncio.TaskGroup() as tasks:
            for basket, due in zip(self.plan.baskets, self._dues(), strict=True):
                await asyncio.sleep(max(0.0, due - self._clock()))
                await free.acquire()
                self.ledger.offered += 1
                task = tasks.create_task(self._place(basket, due if self.plan.rate else self._clock()))
                task.add_done_callback(lambda _: free.release())

    def _dues(self) -> Iterator[float]:
        return (self.started + after for after in arrivals(len(self.plan.baskets), self.plan.rate))

    async def _place(self, basket: Basket, due: float) -> None:
        answer = await self._placing.place(basket, token=self.plan.token(basket), key=self.plan.key(basket))
        if isinstance(answer, Placed):
            self.placed[answer.order_id] = basket
            self.ledger.acknowledged(answer.order_id, due=due, now=self._clock(), retries=answer.retries)
        else:
            self.ledger.refused(answer.code, now=self._clock())

    async def _watch(self) -> None:
        began = self.started
        while not self._all_offered or (self.ledger.pending and not self._given_up(began)):
            began = self._clock()
            await self._look()
            pause = (self._clock() - began) * PAUSE_PER_ASKING
            await asyncio.sleep(min(max(SHORTEST_PAUSE, pause), LONGEST_PAUSE))
            self.resolution = max(self.resolution, self._clock() - began)

    def _given_up(self, began: float) -> bool:
        """Whether a whole look, which may itself take longer than that, has found nothing new for so long."""
        return began - self.ledger.moved_at > self.plan.give_up_after

    async def _look(self) -> None:
        for order_ids in chunked(list(self.ledger.pending), ORDERS_AT_ONCE):
            try:
                standings = await self._shop.standings(order_ids)
            except httpx.HTTPError:
                return  # the next look is as good; the time since the last progress ends the watch, not an answer
            now = self._clock()
            for order_id, standing in standings.items():
                self.ledger.found(order_id, standing, now=now)

"""The way into an inbox: a lane before it, a sweep behind it, and the group's word on which places are ours."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from event_store.inbox import Inbox
from event_store.lane import BATCH, Lane
from event_store.patience import Patience
from schemas.topics import Place
from schemas.wire import Incoming

SWEEP = 1.0
"""Seconds between two looks for places that stand still although more was published."""
SILENT_SWEEPS = 10
"""Sweeps in a row that found what the broker should have brought, while it brought nothing at all."""


class BrokerSilent(Exception):
    """The consumer lives and brings nothing although more is published: only a new one helps."""


class Delivery(NamedTuple):
    """A message, and what to do once it is finished."""

    message: Incoming
    finished: Callable[[], object]


class Intake:
    """Hands messages on in batches; what a database or broker does not answer is waited for."""

    def __init__(self, inbox: Inbox, *, name: str, errors: tuple[type[Exception], ...], batch: int = BATCH) -> None:
        self._inbox = inbox
        self._name = name
        self._patience = Patience(name, errors)
        self._lane: Lane[Delivery] = Lane(self._work, batch=batch)
        self._assignment: Collection[Place] | None = None
        self._is_told = asyncio.Event()
        self._is_told.set()
        self._has_come = False

    def own(self, places: Collection[Place]) -> None:
        """From now on these places are ours and no others; until the first call all are."""
        self._assignment = places
        self._is_told.set()

    async def put(self, message: Incoming, finished: Callable[[], object] = lambda: None) -> None:
        """Wait for room; `finished` is called when the message is, or when it is none of ours."""
        self._has_come = True
        await self._lane.put(Delivery(message, finished))

    async def run(self) -> None:
        """Catch up, then work until cancelled.

        Raises:
            BrokerSilent: For `SILENT_SWEEPS` sweeps everything came from the store and nothing from the broker.
        """
        await self._take_over()
        await asyncio.gather(self._lane.run(), self._follow(), self._sweep())

    async def _follow(self) -> None:
        while True:
            await self._is_told.wait()
            await self._take_over()

    async def _take_over(self) -> None:
        self._is_told.clear()
        places = self._assignment
        await self._patience.until(lambda: self._inbox.assign(places))

    async def _work(self, deliveries: Sequence[Delivery]) -> None:
        messages = [delivery.message for delivery in deliveries]
        await self._patience.until(lambda: self._inbox.receive(messages))
        for delivery in deliveries:
            delivery.finished()

    async def _sweep(self) -> None:
        silent = 0
        while True:
            await asyncio.sleep(SWEEP)
            found = await self._patience.until(self._inbox.sweep)
            silent = 0 if self._has_come or not found else silent + 1
            self._has_come = False
            if silent >= SILENT_SWEEPS:
                raise BrokerSilent(f"{self._name}: nothing has come from the broker for {silent} sweeps")

"""The way into an inbox: a lane before it, a sweep behind it, and the group's word on which places are ours."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from event_store.inbox import Inbox
from event_store.lane import BATCH, Lane
from event_store.patience import Patience
from event_store.vigil import LOOK, Vigil
from schemas.topics import Place
from schemas.wire import Incoming

SWEEP = 1.0
"""Seconds between two looks for places that stand still although more was published."""


class Delivery(NamedTuple):
    """Messages that came together, and what to do once they are finished."""

    messages: Sequence[Incoming]
    finished: Callable[[], object]


def _count(delivery: Delivery) -> int:
    return len(delivery.messages)


class Intake:
    """Hands messages on in batches; what a database or broker does not answer is waited for."""

    def __init__(self, inbox: Inbox, *, name: str, errors: tuple[type[Exception], ...], batch: int = BATCH) -> None:
        self.name = name
        self._inbox = inbox
        self._patience = Patience(name, errors)
        self._batch = batch
        self._lane: Lane[Delivery] = Lane(self._work, batch=batch, weigh=_count)
        self._assignment: Collection[Place] | None = None
        self._is_told = asyncio.Event()
        self._is_told.set()
        self._awaits_group = False
        self._vigil = Vigil()
        self._brought: set[Place] = set()

    @property
    def age(self) -> float:
        """Seconds for which it has had work and got nowhere, or waited for the word of its group."""
        return self._vigil.age

    @property
    def trouble(self) -> str:
        """What it has not done meanwhile."""
        return self._vigil.trouble

    def own(self, places: Collection[Place]) -> None:
        """From now on these places are ours and no others; until the first word of a group all are."""
        self._assignment = places
        self._awaits_group = False
        self._is_told.set()

    def disown(self) -> None:
        """The group shares anew: nothing is ours until it has."""
        self.own(())
        self._awaits_group = True

    async def put(self, messages: Sequence[Incoming], finished: Callable[[], object] = lambda: None) -> None:
        """Wait for room; `finished` is called when all of them are, or are none of ours."""
        while len(messages) > self._batch:
            await self._deliver(Delivery(messages[: self._batch], lambda: None))
            messages = messages[self._batch :]
        await self._deliver(Delivery(messages, finished))

    async def run(self) -> None:
        """Catch up, then work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._look())
            await self._take_over()
            for work in (self._lane.run(), self._follow(), self._sweep()):
                tasks.create_task(work)

    async def _deliver(self, delivery: Delivery) -> None:
        await self._lane.put(delivery)
        self._brought.update(message.place for message in delivery.messages)

    async def _follow(self) -> None:
        while True:
            await self._is_told.wait()
            await self._take_over()

    async def _take_over(self) -> None:
        self._is_told.clear()
        places = self._assignment
        await self._patience.until(lambda: self._inbox.assign(places))

    async def _work(self, deliveries: Sequence[Delivery]) -> None:
        messages = [message for delivery in deliveries for message in delivery.messages]
        await self._patience.until(lambda: self._inbox.receive(messages))
        for delivery in deliveries:
            delivery.finished()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            await self._patience.until(self._inbox.sweep)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            published = await self._patience.until(self._inbox.published)
            if self._patience.is_waiting:
                self._vigil.forget()
            elif self._awaits_group:
                self._vigil.wait()
            else:
                brought = self._brought if self._lane.is_empty else published
                self._vigil.look(published, self._inbox.done, brought=brought)
            self._brought = set()

"""Whether a consumer is dead: it has work, and gets nowhere.

Its age is counted in looks, one a second, not read from a clock: a machine that slept has missed looks, not work.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from schemas.topics import Place

LOOK = 1.0
"""Seconds between two looks."""
GRACE = 5.0
"""Seconds over its time after which a consumer ends; until then whoever watches it may be quicker."""


class ConsumerDead(Exception):
    """It lives and gets nowhere although there is work: only a new one helps."""


class Consumer(Protocol):
    """What can be asked for its age."""

    @property
    def name(self) -> str:
        """As in its checkpoints."""

    @property
    def age(self) -> float:
        """Seconds for which it has had work and got nowhere."""

    @property
    def trouble(self) -> str:
        """What it has not done meanwhile."""


class Vigil:
    """Counts the looks at one consumer that found it dead.

    Nothing of it moves although more is published than it has finished; or a place moves only because the inbox
    fetches from the store what the broker should have brought; or its group does not tell it which places are its own.
    """

    def __init__(self) -> None:
        self._published: Mapping[Place, int] = {}
        self._done: Mapping[Place, int] = {}
        self._alone = self._still = 0
        self._unbrought: Counter[Place] = Counter()

    @property
    def age(self) -> float:
        """Seconds for which the consumer has had work and got nowhere."""
        return LOOK * max(self._troubles.values())

    @property
    def trouble(self) -> str:
        """What it has not done for the longest time."""
        return max(self._troubles, key=self._troubles.__getitem__)

    @property
    def _troubles(self) -> Mapping[str, int]:
        return {
            "finished nothing": self._still,
            "was brought nothing by the broker": max(self._unbrought.values(), default=0),
            "heard nothing from its group": self._alone,
        }

    def forget(self) -> None:
        """It has a good reason."""
        self._alone = self._still = 0
        self._unbrought.clear()

    def wait(self) -> None:
        """It waits for the word of its group."""
        self._alone += 1

    def look(self, published: Mapping[Place, int], done: Mapping[Place, int], *, brought: Collection[Place]) -> None:
        """Compare with the look before: what was published, what is finished, and where the broker brought anything."""
        is_behind = any(position > done[place] for place, position in published.items())
        self._alone = 0
        self._still = self._still + 1 if is_behind and done == self._done else 0
        grown = {place for place, position in published.items() if position > self._published.get(place, position)}
        kept = {place: count for place, count in self._unbrought.items() if place in published and place not in brought}
        self._unbrought = Counter(kept) + Counter(grown - set(brought))
        self._published, self._done = published, dict(done)


async def watch(consumers: Sequence[Consumer], *, limit: float) -> None:
    """Look at their ages until cancelled.

    Raises:
        ConsumerDead: One is older than `limit` seconds, and the grace is over.
    """
    while True:
        await asyncio.sleep(LOOK)
        for consumer in consumers:
            if consumer.age > limit + GRACE:
                raise ConsumerDead(f"{consumer.name} {consumer.trouble} for {consumer.age:.0f} s")

"""Whether a consumer is dead: it has work, and gets nowhere.

Its age is counted in looks, one a second, not read from a clock: a machine that slept has missed looks, not work.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from schemas.topics import TopicPartition

OBSERVE_EVERY = 1.0
"""Seconds between two looks."""
GRACE = 5.0
"""Seconds over its time after which a consumer ends; until then whoever watches it may be quicker."""


class ConsumerDead(Exception):
    """It lives and gets nowhere although there is work: only a new one helps."""


class MonitoredConsumer(Protocol):
    """What can be asked for its age."""

    @property
    def name(self) -> str:
        """As in its checkpoints."""

    @property
    def age(self) -> float:
        """Seconds for which it has had work and got nowhere."""

    @property
    def reason(self) -> str:
        """What it has not done meanwhile."""


class LivenessMonitor:
    """Counts the looks at one consumer that found it dead.

    Dead means: nothing is finished although more is published; or a partition advances only by what the subscription
    reads from the store, because the broker delivers nothing; or its group assigns it no partitions.
    """

    def __init__(self) -> None:
        self._published: Mapping[TopicPartition, int] = {}
        self._done: Mapping[TopicPartition, int] = {}
        self._without_group = self._idle = 0
        self._undelivered: Counter[TopicPartition] = Counter()

    @property
    def age(self) -> float:
        """Seconds for which the consumer has had work and got nowhere."""
        return OBSERVE_EVERY * max(self._reasons.values())

    @property
    def reason(self) -> str:
        """What it has not done for the longest time."""
        return max(self._reasons, key=self._reasons.__getitem__)

    @property
    def _reasons(self) -> Mapping[str, int]:
        return {
            "finished nothing": self._idle,
            "was delivered nothing by the broker": max(self._undelivered.values(), default=0),
            "heard nothing from its group": self._without_group,
        }

    def reset(self) -> None:
        """It has a good reason."""
        self._without_group = self._idle = 0
        self._undelivered.clear()

    def await_group(self) -> None:
        """It waits for the word of its group."""
        self._without_group += 1

    def observe(
        self,
        published: Mapping[TopicPartition, int],
        done: Mapping[TopicPartition, int],
        *,
        delivered: Collection[TopicPartition],
    ) -> None:
        """Compare with the observation before: published, finished, and the partitions the broker delivered to."""
        is_behind = any(position > done[partition] for partition, position in published.items())
        self._without_group = 0
        self._idle = self._idle + 1 if is_behind and done == self._done else 0
        grown = {
            partition
            for partition, position in published.items()
            if position > self._published.get(partition, position)
        }
        kept = {
            partition: count
            for partition, count in self._undelivered.items()
            if partition in published and partition not in delivered
        }
        self._undelivered = Counter(kept) + Counter(grown - set(delivered))
        self._published, self._done = published, dict(done)


async def watch_consumers(consumers: Sequence[MonitoredConsumer], *, limit: float) -> None:
    """Look at their ages until cancelled.

    Raises:
        ConsumerDead: One is older than `limit` seconds, and the grace is over.
    """
    while True:
        await asyncio.sleep(OBSERVE_EVERY)
        for consumer in consumers:
            if consumer.age > limit + GRACE:
                raise ConsumerDead(f"{consumer.name} {consumer.reason} for {consumer.age:.0f} s")

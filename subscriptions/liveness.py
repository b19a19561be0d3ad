"""Whether a consumer is dead: it has work, and makes no progress.

Its age counts observations, one a second, and is not read from a clock: no consumer ages while the machine sleeps.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from schemas.topics import TopicPartition

OBSERVE_EVERY = 1.0
"""Seconds between two observations."""
GRACE = 5.0
"""Seconds past the limit after which the process ends by itself; until then a supervisor may restart it."""


class ConsumerDead(Exception):
    """A consumer has work and makes no progress: its process must be restarted."""


class MonitoredConsumer(Protocol):
    """A consumer whose liveness can be asked for."""

    @property
    def name(self) -> str:
        """The name under which it keeps its checkpoints."""

    @property
    def age(self) -> float:
        """Seconds for which it has had work and made no progress."""

    @property
    def reason(self) -> str:
        """What it has not done for these seconds."""

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a database, a broker or a stream that must be mended first."""


class ConsumerWaiting(Exception):
    """A consumer waits for something that must be mended first."""


async def check_not_waiting(consumer: MonitoredConsumer) -> None:
    """Raise `ConsumerWaiting` while the consumer waits: a probe of whether its process is ready."""
    if consumer.is_waiting:
        raise ConsumerWaiting(consumer.name)


class LivenessMonitor:
    """Counts the observations in which one consumer made no progress.

    That is: it finishes nothing although more is published; or a partition advances only by what is read from the
    store, because the broker delivers nothing; or its group has revoked its partitions and assigned none.
    """

    def __init__(self) -> None:
        self._published: Mapping[TopicPartition, int] = {}
        self._positions: Mapping[TopicPartition, int] = {}
        self._unassigned = self._stalled = 0
        self._undelivered: Counter[TopicPartition] = Counter()

    @property
    def age(self) -> float:
        """As `MonitoredConsumer.age`."""
        return OBSERVE_EVERY * max(self._reasons.values())

    @property
    def reason(self) -> str:
        """As `MonitoredConsumer.reason`; the oldest of several."""
        return max(self._reasons, key=self._reasons.__getitem__)

    @property
    def _reasons(self) -> Mapping[str, int]:
        return {
            "finished nothing": self._stalled,
            "was delivered nothing by the broker": max(self._undelivered.values(), default=0),
            "was assigned nothing by its group": self._unassigned,
        }

    def reset(self) -> None:
        """Start again from age 0: the consumer waits for a database or broker."""
        self._unassigned = self._stalled = 0
        self._undelivered.clear()

    def observe_unassigned(self) -> None:
        """Count an observation in which the consumer has no assignment."""
        self._unassigned += 1

    def observe(
        self,
        published: Mapping[TopicPartition, int],
        positions: Mapping[TopicPartition, int],
        *,
        delivered: Collection[TopicPartition],
    ) -> None:
        """Compare with the last observation; `delivered` are the partitions that got messages from the broker."""
        has_work = any(position > positions[partition] for partition, position in published.items())
        self._unassigned = 0
        self._stalled = self._stalled + 1 if has_work and positions == self._positions else 0
        self._count_undelivered(published, frozenset(delivered))
        self._published, self._positions = published, dict(positions)

    def _count_undelivered(
        self, published: Mapping[TopicPartition, int], delivered: AbstractSet[TopicPartition]
    ) -> None:
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
        self._undelivered = Counter(kept) + Counter(grown - delivered)


async def watch_consumers(consumers: Sequence[MonitoredConsumer], *, limit: float) -> None:
    """Check the consumers' ages until cancelled.

    Raises:
        ConsumerDead: One is older than `limit` seconds and `GRACE`.
    """
    while True:
        await asyncio.sleep(OBSERVE_EVERY)
        for consumer in consumers:
            if consumer.age > limit + GRACE:
                raise ConsumerDead(f"{consumer.name} {consumer.reason} for {consumer.age:.0f} s")

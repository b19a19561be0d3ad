"""The parked messages of one processor: what it could not handle, and everything behind that of the same order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from event_store.records import ParkedMessage
from event_store.store import EventStore
from schemas.errors import AIOutletError
from schemas.topics import TopicPartition

FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0
"""Seconds until a failed message or timer is tried again: the first, doubling to the longest."""


class StillRunning(Exception):
    """What was asked of an outside party has not ended; it will have after `at_most` seconds."""

    def __init__(self, at_most: float) -> None:
        super().__init__(at_most)
        self.at_most = at_most


def next_attempt(attempts: int, error: Exception) -> tuple[int, timedelta]:
    """Return the number of failures with this one, and how long to wait until the next attempt."""
    if isinstance(error, StillRunning):
        return attempts, timedelta(seconds=error.at_most)
    return attempts + 1, timedelta(seconds=min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts, 30)))


def cause_of(error: BaseException) -> str:
    """Name an error for an operator; its words may hold data, and are only in the log."""
    return error.code if isinstance(error, AIOutletError) else type(error).__name__


class ParkedMessages:
    """The parked messages by order, as the store has them."""

    def __init__(self, store: EventStore, consumer: str) -> None:
        self._store = store
        self._consumer = consumer
        self._by_order: dict[str, dict[int, ParkedMessage]] = {}

    def __contains__(self, order_id: str) -> bool:
        """Whether messages of this order are parked, so that later ones must wait behind them."""
        return order_id in self._by_order

    def __len__(self) -> int:
        """The number of parked messages."""
        return sum(map(len, self._by_order.values()))

    async def load(self, now: datetime) -> None:
        """Read the store's parked messages; all are due at once, since a restart may have mended what failed."""
        self._by_order = {}
        self.add(replace(message, retry_at=now) for message in await self._store.parked(self._consumer))

    def add(self, messages: Iterable[ParkedMessage]) -> None:
        for message in messages:
            self._by_order.setdefault(message.subject, {})[message.position] = message

    def remove(self, messages: Iterable[ParkedMessage]) -> None:
        for message in messages:
            queue = self._by_order.get(message.subject, {})
            queue.pop(message.position, None)
            if not queue:
                self._by_order.pop(message.subject, None)

    def positions(self, order_id: str) -> Collection[int]:
        """Return the positions of the order's parked messages."""
        return self._by_order.get(order_id, {}).keys()

    def due(self, now: datetime, partitions: Collection[TopicPartition]) -> list[Sequence[ParkedMessage]]:
        """Return the queues of these partitions whose first message is due, each in position order."""
        queues = (sorted(queue.values(), key=attrgetter("position")) for queue in self._by_order.values())
        return [queue for queue in queues if queue[0].retry_at <= now and queue[0].partition in partitions]

    def expedite(self, order_id: str, now: datetime) -> None:
        """Make the order's messages due now: what they wait for has ended."""
        self.add([replace(message, retry_at=now) for message in self._by_order.get(order_id, {}).values()])

"""The parked messages of one processor: what it could not handle, and everything behind that of the same order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from event_store.records import BEHIND, FailedTimer, ParkedMessage, Timer
from event_store.store import EventStore
from schemas.error_codes import cause_code
from schemas.errors import AIOutletError, Conflict, StreamUnreadable, Unavailable
from schemas.topics import TopicPartition
from schemas.tracebacks import format_kept_traceback
from subscriptions.retry import MAX_TRIES

FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0
"""Seconds until a failed message or timer is tried again: the first, doubling to the longest."""


class StillRunning(Exception):
    """What was asked of an outside party has not ended; it will have after `at_most` seconds."""

    def __init__(self, at_most: float) -> None:
        super().__init__(at_most)
        self.at_most = at_most


class ProviderFault(AIOutletError):
    """An outside party failed or gave no answer in time; what it did meanwhile is unknown."""

    status = 503
    code = "provider_fault"
    title = "An outside party does not answer"


WAITED_FOR = (StillRunning, ProviderFault, Conflict, Unavailable)
"""What is nobody's bug and ends by itself: it is tried again for ever."""


def next_attempt(attempts: int, error: Exception) -> tuple[int, timedelta]:
    """Return the number of failures with this one, and how long to wait until the next attempt."""
    if isinstance(error, StillRunning):
        return attempts, timedelta(seconds=error.at_most)
    return attempts + 1, timedelta(seconds=min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts, 30)))


_NOT_COUNTED = frozenset(
    (BEHIND, StillRunning.__name__, *(kind.code for kind in (ProviderFault, Conflict, Unavailable, StreamUnreadable)))
)
"""Causes of rows whose attempts were no tries of a message that fails by a fault of our own."""


def failed_message(row: ParkedMessage, error: Exception, now: datetime) -> ParkedMessage:
    """Return the row of a message that fails, once more: due later, or dead."""
    is_own = not isinstance(error, WAITED_FOR)
    attempts, delay = next_attempt(0 if is_own and row.cause in _NOT_COUNTED else row.attempts, error)
    return replace(
        row,
        attempts=attempts,
        retry_at=now + delay,
        cause=cause_code(error),
        trace=format_kept_traceback(error),
        dead_at=now if is_own and attempts > MAX_TRIES else None,
        is_copied=False,
    )


def failed_timer(timer: Timer, error: Exception, now: datetime) -> FailedTimer:
    """Return what is recorded of a timer that fails, once more: it is due later, or dead."""
    attempts, delay = next_attempt(timer.attempts, error)
    is_dead = attempts > MAX_TRIES and not isinstance(error, WAITED_FOR)
    later = replace(timer, due_at=now + delay, attempts=attempts)
    return FailedTimer(later, cause_code(error), format_kept_traceback(error), now, now if is_dead else None)


class ParkedMessages:
    """The parked messages by order, as the store has them."""

    def __init__(self, store: EventStore, consumer: str) -> None:
        self._store = store
        self._consumer = consumer
        self._by_order: dict[str, dict[int, ParkedMessage]] = {}
        self.counted: Collection[TopicPartition] | None = None
        """The partitions whose messages are counted; those of others may have been handled there. None is all."""

    def __contains__(self, order_id: str) -> bool:
        """Whether messages of this order are parked, so that later ones must wait behind them."""
        return order_id in self._by_order

    def count(self, *, is_dead: bool) -> int:
        """Return the number of dead letters, or of all other parked messages."""
        return sum((message.dead_at is not None) is is_dead for message in self.all() if self._is_counted(message))

    def _is_counted(self, message: ParkedMessage) -> bool:
        return self.counted is None or message.partition in self.counted

    async def load(self, now: datetime) -> None:
        """Read the store's parked messages; all but the dead are due at once: a restart may have mended what failed."""
        self._by_order = {}
        self.add(replace(message, retry_at=now) for message in await self._store.parked(self._consumer))

    async def load_new(self, now: datetime) -> None:
        """Read those that another worker has parked since: one that lost a partition may still be in its last batch."""
        parked = await self._store.parked(self._consumer)
        self.add(replace(row, retry_at=now) for row in parked if row.position not in self.positions(row.subject))

    def add(self, messages: Iterable[ParkedMessage]) -> None:
        for message in messages:
            self._by_order.setdefault(message.subject, {})[message.position] = message

    def add_unconfirmed(self, messages: Iterable[ParkedMessage]) -> None:
        """Remember messages that may be recorded, or not: they are not forgotten, and none is given up yet.

        Nobody would list or replay a dead letter that is in memory alone.
        """
        self.add(replace(message, dead_at=None) for message in messages)

    def all(self) -> list[ParkedMessage]:
        """Return all parked messages."""
        return [message for queue in self._by_order.values() for message in queue.values()]

    def first_of_each(self, partitions: Collection[TopicPartition]) -> list[ParkedMessage]:
        """Return the messages that others of their orders wait behind, in these partitions."""
        firsts = (min(queue.values(), key=attrgetter("position")) for queue in self._by_order.values())
        return [message for message in firsts if message.partition in partitions]

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
        """Return the queues of these partitions whose first message is due, each in position order.

        Behind a dead letter nothing is due.
        """
        queues = (sorted(queue.values(), key=attrgetter("position")) for queue in self._by_order.values())
        return [queue for queue in queues if _is_due(queue[0], now) and queue[0].partition in partitions]

    def expedite(self, order_id: str, now: datetime) -> None:
        """Make the order's messages due now: what they wait for has ended."""
        self.add([replace(message, retry_at=now) for message in self._by_order.get(order_id, {}).values()])


def _is_due(first: ParkedMessage, now: datetime) -> bool:
    return first.dead_at is None and first.retry_at <= now

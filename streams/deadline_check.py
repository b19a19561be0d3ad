"""Whether a passed deadline counts: its request was handled, and what was answered until now has been read.

While the broker is away neither holds: the answer cannot come, or cannot be seen.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.fulfilment.policy import Policy
from domain.fulfilment.state import PendingRequest
from event_store.records import Timer
from event_store.store import EventStore
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.saga import REQUESTED, SagaRequest, Step
from schemas.topics import ORDERS, STOCK, TopicPartition, addresses
from streams.policy_in_force import PolicyInForce
from streams.relay import WHOLE_LOG
from streams.sagas import Sagas
from subscriptions.catch_up import RELAY

LOOK_AGAIN = timedelta(seconds=0.25)
"""Until the next look at a deadline whose answer may not have been read yet."""
LOOK_AGAIN_PARKED = timedelta(seconds=5)
"""Until the next look at the deadline of an order that is parked, as it may be for days: many of them cost nothing."""
MAX_MARKS = 10_000
SAGA = "saga"


class Processing(NamedTuple):
    """Who answers a request, and on which topic it is published to them."""

    consumer: str
    topic: str


PROCESSING: Mapping[Step, Processing] = {
    Step.PAYMENT: Processing("payment", ORDERS),
    Step.INVENTORY: Processing("inventory", STOCK),
    Step.SHIPPING: Processing("shipping", ORDERS),
}


@dataclass(slots=True)
class _Mark:
    """What must be read before a deadline counts: the log up to `head`, as far as the saga is concerned."""

    head: int
    position: int | None = None
    """The last position up to `head`, or a little later, in the order's partition; known once that is published."""


class _Progress(NamedTuple):
    head: int
    checkpoints: Mapping[str, Mapping[TopicPartition, int]]
    parked: frozenset[str]


class DeadlineCheck:
    """Judges passed deadlines by the checkpoints of those who should have answered."""

    def __init__(self, store: EventStore, *, policy: Policy, partitions: int) -> None:
        self._store = store
        self._policies = PolicyInForce(store, policy)
        self._partitions = partitions
        self._marks: OrderedDict[tuple[str, str], _Mark] = OrderedDict()

    async def passed(self, timers: Sequence[Timer], sagas: Sagas, now: datetime) -> list[Timer]:
        """Return the timers that count, and postpone the others; `sagas` are those of their orders.

        One whose request nobody has handled starts again; one whose answer may be unread is looked at again shortly.
        """
        requests = {timer.id: request for timer in timers if (request := _find_request(timer, sagas[timer.subject]))}
        progress = await self._load_progress() if requests else None
        policy = await self._policies.current()
        counting, later = [], []
        for timer in timers:
            request = requests.get(timer.id)
            delay = self._delay(timer, request, progress, policy) if request and progress else None
            if delay is None:
                counting.append(timer)
            else:
                later.append(replace(timer, due_at=now + delay))
        if later:
            await self._store.postpone(later)
        return counting

    async def _load_progress(self) -> _Progress:
        consumers = dict.fromkeys((SAGA, RELAY, *(processing.consumer for processing in PROCESSING.values())))
        checkpoints = {name: await self._store.checkpoints(name) for name in consumers}
        # Read in this order: a message that is parked or recorded meanwhile is seen.
        parked = await self._store.parked_subjects(SAGA)
        head = await self._store.head()
        return _Progress(head, {name: _recorded(positions, head) for name, positions in checkpoints.items()}, parked)

    def _delay(self, timer: Timer, request: Envelope, progress: _Progress, policy: Policy) -> timedelta | None:
        step, direction = REQUESTED[type(request.event)]  # type: ignore[index]
        consumer, topic = PROCESSING[step]
        handled = progress.checkpoints[consumer].get(self._partition(request, topic), 0)
        if handled < request.position:
            return policy.timeout(step, direction)
        if self._has_read_answers(timer, self._partition(request, ORDERS), progress):
            self._marks.pop((timer.id, timer.token), None)
            return None
        return LOOK_AGAIN_PARKED if timer.subject in progress.parked else LOOK_AGAIN

    def _has_read_answers(self, timer: Timer, partition: TopicPartition, progress: _Progress) -> bool:
        mark = self._marks.setdefault((timer.id, timer.token), _Mark(progress.head))
        if len(self._marks) > MAX_MARKS:
            self._marks.popitem(last=False)
        published = progress.checkpoints[RELAY]
        if mark.position is None and published.get(WHOLE_LOG, 0) >= mark.head:
            mark.position = published.get(partition, 0)
        read = progress.checkpoints[SAGA].get(partition, 0)
        return mark.position is not None and read >= mark.position and timer.subject not in progress.parked

    def _partition(self, request: Envelope, topic: str) -> TopicPartition:
        data = {"warehouseId": getattr(request.event, "warehouse_id", "")}
        found = addresses(request.event.wire_name, request.stream, data, self._partitions)
        return next(address.partition for address in found if address.partition.topic == topic)


def _recorded(positions: Mapping[TopicPartition, int], head: int) -> Mapping[TopicPartition, int]:
    """Leave out the positions past the head: they are another log's, until their consumer drops them."""
    return {partition: position for partition, position in positions.items() if position <= head}


def _find_request(timer: Timer, saga: Sequence[Envelope] | Poison) -> Envelope | None:
    """Return the request that the timer waits for an answer to; none for the time to retry."""
    if isinstance(saga, Poison):
        return None
    for envelope in reversed(saga):
        event = envelope.event
        if isinstance(event, SagaRequest) and (asked := REQUESTED.get(type(event))):
            token = PendingRequest(*asked, event.attempt).token
            if timer.token == token or timer.token.startswith(f"{token}/resumed-"):
                return envelope
    return None

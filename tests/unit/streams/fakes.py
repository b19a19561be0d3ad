"""A store that can be troubled, a clock that is set, outside parties that remember: what agents are tried with."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from eventsourcing.persistence import StoredEvent
from prometheus_client import CollectorRegistry

from event_store.memory import MemoryBackend
from event_store.records import AppendRequest, AppendResult, Checkpoint
from event_store.store import EventStore
from event_store.threaded import ThreadedStore
from schemas.codec import decode
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.errors import Poison, Unavailable
from schemas.message import Event
from schemas.saga import PaymentProcessing, PaymentRefund, ShippingCancel, ShippingPreparation
from schemas.topics import TopicPartition
from schemas.wire import LOG, Incoming, Outgoing, incoming, outgoing
from streams.carrier import CarrierAnswer, DummyCarrier
from streams.metrics import Metrics
from streams.payment_gateway import APPROVED, GatewayAnswer, RefundAnswer
from streams.processor import Processor
from subscriptions.catch_up import RELAY
from tests.examples import NOON, stream_of
from tests.histories import PARTITIONS, places_of

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class SetClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class TroubledStore(ThreadedStore):
    """The store in memory. It remembers every unit, and can be down or lose an acknowledgement."""

    def __init__(self) -> None:
        super().__init__(MemoryBackend(SetClock()))
        self.units: list[AppendRequest] = []
        self.reads = 0
        self.refuse: Callable[[AppendRequest], bool] = lambda _: False
        self.lose: Callable[[AppendRequest], bool] = lambda _: False
        self._grew = asyncio.Condition()

    async def append(self, unit: AppendRequest) -> AppendResult:
        if self.refuse(unit):
            raise Unavailable("the database is down")
        appended = await super().append(unit)
        self.units.append(unit)
        async with self._grew:
            self._grew.notify_all()
        if self.lose(unit):
            raise Unavailable("the acknowledgement was lost")
        return appended

    async def events(self, after: Mapping[str, int]) -> dict[str, list[Event]]:
        self.reads += 1
        return await super().events(after)

    async def until(self, come_true: Callable[[], Awaitable[bool]]) -> None:
        """Wait until an append has made it true."""
        async with asyncio.timeout(10), self._grew:
            while not await come_true():
                await self._grew.wait()


def once(matches: Callable[[AppendRequest], bool] = lambda _: True) -> Callable[[AppendRequest], bool]:
    """True for the first unit that matches, and never again."""
    left = [True]

    def trouble(unit: AppendRequest) -> bool:
        if left and matches(unit):
            left.clear()
            return True
        return False

    return trouble


class Till:
    """A payment provider that remembers whom it charged, and answers as it is told."""

    def __init__(self, **answers: GatewayAnswer | None) -> None:
        self.keys: list[str] = []
        self.refunded: list[str] = []
        self.charged: set[str] = set()
        self._answers = answers

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        self.keys.append(request.idempotency_key)
        await asyncio.sleep(0)  # as a network would: others go on meanwhile
        answer = self._answers.get("charge", APPROVED)
        if answer and answer.approved and not answer.after:
            self.charged.add(request.order_id)
        return answer

    async def refund(self, request: PaymentRefund) -> RefundAnswer | None:
        self.refunded.append(request.idempotency_key)
        answer = self._answers.get("refund", APPROVED)
        was_charged = request.order_id in self.charged
        return RefundAnswer(answer.approved, was_charged, answer.code) if answer else None


class Depot:
    """A carrier that remembers what it was asked, and for which postal code."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.cancelled: list[str] = []
        self._carrier = DummyCarrier()

    async def prepare(self, request: ShippingPreparation, postal_code: str | None) -> CarrierAnswer | None:
        self.asked.append((request.idempotency_key, postal_code))
        return await self._carrier.prepare(request, postal_code)

    async def cancel(self, request: ShippingCancel) -> None:
        self.cancelled.append(request.order_id)


class Counts(Metrics):
    """The counters, and what they stand at."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        super().__init__(self._registry)

    def of(self, name: str, consumer: str) -> float:
        return self._registry.get_sample_value(f"aioutlet_{name}_total", {"consumer": consumer}) or 0.0

    def now(self, name: str, consumer: str) -> float:
        """What a gauge shows."""
        return self._registry.get_sample_value(f"aioutlet_{name}", {"consumer": consumer}) or 0.0


def order_id(number: int) -> str:
    """The id of one of many orders."""
    return f"019ceb9e-f0fa-7c3d-a1b2-{number:012}"


async def put(store: EventStore, *events: Event, correlation_id: str = "checkout-7") -> list[Envelope]:
    """Put events at the ends of their streams, as a request with this correlation would; answer them as recorded."""
    before = await store.head()
    for event in events:
        stream = stream_of(event)
        after = len(await store.stream(stream))
        cause = Cause(
            id=f"{correlation_id}-{stream}-{after}",
            at=NOON - timedelta(hours=1),
            correlation_id=correlation_id,
            request_id="request-7",
            traceparent=TRACE,
        )
        await store.append(AppendRequest(events=tuple(wrap_events(stream, after, [event], cause))))
    return await log_of(store, after=before)


async def put_bytes(store: ThreadedStore, stream: str, event_type: str, state: bytes) -> int:
    """Put bytes at the end of a stream, as no release writes them; return their position."""
    backend, version = store._backend, len(await store.versions(stream, limit=1_000)) + 1
    assert isinstance(backend, MemoryBackend)
    backend._log.insert_events([StoredEvent(stream, version, event_type, state)])
    store._tail.advance(await store.head())
    return await store.head()


async def log_of(store: EventStore, *, after: int = 0) -> list[Envelope]:
    """Everything recorded past `after`."""
    return [decode(stored) for stored in await store.log(after, limit=10_000)]


async def types_of(store: EventStore, stream: str) -> list[str]:
    return [envelope.type for envelope in await store.stream(stream)]


async def ids_are_unique(store: EventStore) -> bool:
    return max(Counter(envelope.id for envelope in await log_of(store)).values()) == 1


async def give(processor: Processor, envelopes: Sequence[Envelope]) -> None:
    """Hand these to a processor as its subscription would: by place, in order, only what it wants."""
    by_topic_partition: dict[TopicPartition, list[Envelope]] = defaultdict(list)
    for envelope in envelopes:
        for place in places_of(envelope):
            if place.topic in processor.topics and envelope.type in processor.types:
                by_topic_partition[place].append(envelope)
    for place, run in by_topic_partition.items():
        await processor.handle(place, run, run[-1].position)


def arrived(message: Outgoing, previous: int) -> Incoming:
    """A message as it reaches a consumer."""
    return incoming(message.partition, [*message.headers, ("previous", b"%d" % previous)], message.value)


async def published(store: EventStore) -> list[Incoming]:
    """The whole log as the relay sends it, in position order."""
    heads: dict[TopicPartition, int] = defaultdict(int)
    messages, log = [], (LOG, (await store.log_id()).encode())
    for stored in await store.log(0, limit=10_000):
        sent = outgoing(stored, PARTITIONS)
        sent[0].headers.append(log)
        for message in sent:
            messages.append(arrived(message, heads[message.partition]))
            heads[message.partition] = stored.position
    return messages


async def say_published(store: EventStore, messages: Sequence[Incoming]) -> None:
    """Note, as the relay does, that these were sent."""
    heads = {message.partition: message.position for message in messages}
    checkpoints = tuple(Checkpoint(RELAY, place, position) for place, position in heads.items())
    await store.append(AppendRequest(checkpoints=checkpoints))


async def replace_log(store: ThreadedStore, other: ThreadedStore) -> None:
    """Put another log beneath whoever reads this one."""
    store._backend = other._backend
    store._tail.advance(await other.head())


def never(poison: Poison) -> None:
    """For `on_poison` where there must be none."""
    raise poison

"""Whatever a broker loses or repeats, a handler gets every event once and in order."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import pytest

from event_store.records import AppendRequest, Checkpoint
from schemas.codec import Stored
from schemas.envelope import Envelope
from schemas.errors import Poison, Unavailable
from schemas.message import Event
from schemas.topics import ORDERS, STOCK, TopicPartition
from schemas.wire import Incoming
from subscriptions import catch_up
from subscriptions.catch_up import CatchUpSubscription, UnreadableEvent
from tests.histories import COMPLETED, PARTITIONS, events
from tests.unit.streams.fakes import Counts, TroubledStore, order_id, published, put, put_bytes, say_published

ORDER_NUMBERS = (1, 6, 7, 10, 12)


class RecordingHandler:
    """A handler that keeps what it is given, by partition; fails where it is told to."""

    consumer = "tested"
    topics = frozenset({ORDERS})
    types = frozenset(COMPLETED) - {"saga.step.completed", "inventory.reservation"}

    def __init__(self) -> None:
        self.handled: dict[TopicPartition, list[int]] = defaultdict(list)
        self.finished: dict[TopicPartition, int] = {}
        self.event_ids: dict[int, str] = {}
        self.envelopes: list[Envelope] = []
        self.unreadable: list[UnreadableEvent] = []
        self.fails: Callable[[TopicPartition, Sequence[Envelope]], bool] = lambda _partition, _envelopes: False

    async def checkpoints(self) -> Mapping[TopicPartition, int]:
        return dict(self.finished)

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent] = (),
        *,
        event_id: str,
    ) -> None:
        await asyncio.sleep(0)
        if self.fails(partition, envelopes):
            raise Unavailable("down")
        assert position > self.finished.get(partition, 0)
        self.handled[partition] += [envelope.position for envelope in envelopes]
        self.envelopes += envelopes
        self.unreadable += unreadable
        self.finished[partition], self.event_ids[position] = position, event_id


class StockHandler(RecordingHandler):
    """The same for the topic of the warehouses."""

    topics = frozenset({STOCK})
    types = frozenset({"inventory.reservation", "inventory.reserved", "shipping.dispatched"})


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    yield store
    await store.close()


@pytest.fixture
def counts() -> Counts:
    return Counts()


def raise_poison(poison: Poison) -> None:
    raise poison


def subscribe(
    store: TroubledStore, handler: RecordingHandler, on_poison: Callable[[Poison], None] = raise_poison
) -> CatchUpSubscription:
    return CatchUpSubscription(store, handler, partitions=PARTITIONS, on_poison=on_poison)


def order_events(*numbers: int) -> list[Event]:
    return [event for number in numbers for event in events(*COMPLETED, order_id=order_id(number))]


def expected(handler: RecordingHandler, messages: Sequence[Incoming]) -> dict[TopicPartition, list[int]]:
    """What the handler must have been given after these messages."""
    positions: dict[TopicPartition, list[int]] = defaultdict(list)
    for message in messages:
        if message.type in handler.types and message.partition.topic in handler.topics:
            positions[message.partition].append(message.position)
    return positions


def in_topic(messages: Sequence[Incoming], topic: str = ORDERS) -> list[Incoming]:
    return [message for message in messages if message.partition.topic == topic]


@pytest.fixture
async def messages(store: TroubledStore) -> list[Incoming]:
    """The messages of five orders, interleaved; every partition of the topic has at least one order."""
    await put(store, *(event for step in zip(*map(order_events, ORDER_NUMBERS), strict=True) for event in step))
    sent = await published(store)
    assert len({message.partition for message in in_topic(sent)}) == PARTITIONS
    return sent


async def test_messages_are_handed_on_once_and_in_order(store: TroubledStore, messages: list[Incoming]) -> None:
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive(messages)
    assert handler.handled == expected(handler, messages)


@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
async def test_it_does_not_matter_how_the_messages_are_batched(
    store: TroubledStore, messages: list[Incoming], size: int
) -> None:
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    for start in range(0, len(messages), size):
        await subscription.receive(messages[start : start + size])
    assert handler.handled == expected(handler, messages)


async def test_a_second_delivery_is_not_handed_on(store: TroubledStore, messages: list[Incoming]) -> None:
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive([*messages[:20], *messages[3:], *messages])
    await subscription.receive(messages)
    assert handler.handled == expected(handler, messages)


@pytest.mark.parametrize("lost", [range(1), range(4, 5), range(30), range(7, 50, 2), range(10, 40)])
async def test_a_gap_is_read_from_the_store_and_handled_alike(
    store: TroubledStore, messages: list[Incoming], lost: range
) -> None:
    """`previous` is past the checkpoint: messages were lost."""
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive([message for index, message in enumerate(messages) if index not in lost])
    assert {at: positions for at, positions in handler.handled.items() if positions} == expected(handler, messages)


async def test_an_envelope_from_the_store_equals_the_one_from_the_broker(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    from_broker, from_store = RecordingHandler(), RecordingHandler()
    for handler, delivered in ((from_broker, messages), (from_store, [messages[-1]])):
        subscription = subscribe(store, handler)
        await subscription.assign([messages[-1].partition])
        await subscription.receive(delivered)
    assert from_store.envelopes == from_broker.envelopes
    assert len(from_store.envelopes) > 5


async def test_a_gap_in_one_partition_does_not_affect_the_others(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    incomplete = messages[0].partition
    others = [message for message in in_topic(messages) if message.partition != incomplete]
    await subscription.receive([*others, in_topic(messages)[-1]])
    assert {partition: handler.handled[partition] for partition in handler.handled if partition != incomplete} == {
        partition: positions for partition, positions in expected(handler, messages).items() if partition != incomplete
    }


async def test_a_consumer_on_an_empty_broker_catches_up_from_the_store(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    await say_published(store, messages)
    handler = RecordingHandler()
    await subscribe(store, handler).assign()
    assert handler.handled == expected(handler, messages)
    assert set(handler.finished) == {message.partition for message in in_topic(messages)}


async def test_catching_up_ends_where_the_relay_does(store: TroubledStore, messages: list[Incoming]) -> None:
    """What is not published yet will be delivered: it is not read from the store."""
    await say_published(store, messages[:20])
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive(messages)
    assert {at: positions for at, positions in handler.handled.items() if positions} == expected(handler, messages)


async def test_a_restart_goes_on_after_its_checkpoint(store: TroubledStore, messages: list[Incoming]) -> None:
    handler = RecordingHandler()
    first = subscribe(store, handler)
    await first.assign()
    await first.receive(messages[:25])
    await say_published(store, messages)
    await subscribe(store, handler).assign()
    assert handler.handled == expected(handler, messages)


async def test_partitions_at_different_positions_each_catch_up_from_their_own(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is nearly finished, the others have not begun: it is not given anything again, nor moved back."""
    monkeypatch.setattr(catch_up, "PAGE", 4)
    handler, ahead = RecordingHandler(), messages[0].partition
    first = subscribe(store, handler)
    await first.assign([ahead])
    await first.receive([message for message in messages if message.partition == ahead][:-3])
    await say_published(store, messages)
    await subscribe(store, handler).assign()
    assert handler.handled == expected(handler, messages)


async def test_many_pages_are_read_like_one(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "PAGE", 3)
    await say_published(store, messages)
    handler = RecordingHandler()
    await subscribe(store, handler).assign()
    assert handler.handled == expected(handler, messages)


async def test_events_of_a_warehouse_are_routed_by_their_content(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    await say_published(store, messages)
    handler = StockHandler()
    await subscribe(store, handler).assign()
    assert handler.handled == expected(handler, messages)
    assert sum(map(len, handler.handled.values())) == 2 * len(ORDER_NUMBERS)


async def test_only_assigned_partitions_are_handled(store: TroubledStore, messages: list[Incoming]) -> None:
    await say_published(store, messages)
    assigned = messages[-1].partition
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign([assigned])
    await subscription.receive(messages)
    assert dict(handler.handled) == {assigned: expected(handler, messages)[assigned]}


async def test_what_the_handler_failed_on_is_given_again_and_nothing_else(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    failing = messages[0].partition
    handler.fails = lambda partition, _: partition == failing
    with pytest.raises(Unavailable):
        await subscription.receive(messages)
    assert subscription.positions[failing] == 0
    handler.fails = lambda _partition, _envelopes: False
    await subscription.receive(messages)
    assert handler.handled == expected(handler, messages)


async def test_a_failure_while_catching_up_leaves_no_gap(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "PAGE", 5)
    await say_published(store, messages)
    handler, failures = RecordingHandler(), [None] * 3

    def fails(partition: TopicPartition, envelopes: Sequence[Envelope]) -> bool:
        is_failing = partition == messages[0].partition and envelopes and envelopes[0].position > 12
        return bool(is_failing and failures and not failures.pop())

    handler.fails = fails
    subscription = subscribe(store, handler)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await subscription.assign()
    await subscription.assign()
    assert handler.handled == expected(handler, messages)


async def test_concurrent_calls_take_turns(store: TroubledStore, messages: list[Incoming]) -> None:
    await say_published(store, messages)
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await asyncio.gather(
        subscription.assign(), subscription.receive(messages), subscription.receive(messages), subscription.reconcile()
    )
    assert handler.handled == expected(handler, messages)


async def test_a_partition_that_stands_still_although_more_is_published_is_caught_up(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    """The last message of a partition was lost: no later one shows the gap."""
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await say_published(store, messages)
    await subscription.receive(messages[:10])
    await subscription.reconcile()
    advanced = {at: positions for at, positions in expected(handler, messages[:10]).items() if positions}
    assert {at: handler.handled[at] for at in advanced} == advanced
    await subscription.reconcile()
    assert handler.handled == expected(handler, messages)


async def test_a_partition_to_which_nothing_is_delivered_is_caught_up_every_time(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    """What is read from the store does not count as a delivery."""
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    for message in in_topic(messages):
        await say_published(store, [message])
        assert await subscription.reconcile() == 1
        assert (
            (await subscription.published())[message.partition]
            == subscription.positions[message.partition]
            == message.position
        )


async def test_a_partition_that_advances_is_not_reconciled(store: TroubledStore, messages: list[Incoming]) -> None:
    handler, partition = RecordingHandler(), in_topic(messages)[0].partition
    subscription = subscribe(store, handler)
    await subscription.assign([partition])
    assigned = [message for message in messages if message.partition == partition]
    await say_published(store, messages)
    for message in assigned[:-1]:
        await subscription.receive([message])
        await subscription.reconcile()
        assert subscription.positions[partition] == message.position


async def test_a_message_that_cannot_be_read_is_reported_and_skipped(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    reported: list[Poison] = []
    handler = RecordingHandler()
    subscription = subscribe(store, handler, reported.append)
    await subscription.assign()
    unreadable = next(message for message in in_topic(messages) if message.type == "order.created")
    await subscription.receive(
        [message._replace(value=b"{") if message is unreadable else message for message in messages]
    )
    positions = expected(handler, messages)
    positions[unreadable.partition].remove(unreadable.position)
    assert handler.handled == positions
    assert len(reported) == 1


async def test_unwanted_types_are_not_decoded(store: TroubledStore, messages: list[Incoming]) -> None:
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive(
        message._replace(value=b"{") if message.type == "saga.step.completed" else message for message in messages
    )
    assert handler.handled == expected(handler, messages)


@pytest.mark.parametrize("state", [b"{", b"[]", b"{}", b"null", b'{"data": {}}', b'{"data": []}', b'{"data": null}'])
async def test_bytes_in_the_log_that_cannot_be_read_are_reported_and_skipped(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch, state: bytes
) -> None:
    """Even where the partition depends on the bytes."""
    log, reported = store.log, list[Poison]()

    async def unreadable(*args: int, **kwargs: object) -> list[Stored]:
        page = await log(*args, **kwargs)  # type: ignore[arg-type]
        return [stored._replace(state=state) if stored.type == "inventory.reserved" else stored for stored in page]

    await say_published(store, messages)
    monkeypatch.setattr(store, "log", unreadable)
    handler = RecordingHandler()
    await subscribe(store, handler, reported.append).assign()
    readable = [message for message in messages if message.type != "inventory.reserved"]
    assert handler.handled == expected(handler, readable)
    assert len(reported) == len(ORDER_NUMBERS)


@pytest.mark.parametrize("state", [b"{", b"", b'{"id":"known"', b"\xff\xfe"])
async def test_bytes_that_cannot_be_read_are_handed_on_once_as_unreadable_wherever_they_come_from(
    store: TroubledStore, counts: Counts, state: bytes
) -> None:
    """From Kafka, from the log, and after a restart at exactly their position."""
    await put(store, *order_events(1))
    position = await put_bytes(store, f"order-{order_id(1)}", "order.completed", state)
    messages = in_topic(await published(store))
    for given in (messages, ()):
        handler, reported = RecordingHandler(), list[Poison]()
        subscription = CatchUpSubscription(
            store,
            handler,
            partitions=PARTITIONS,
            on_poison=reported.append,
            on_set_aside=counts.set_aside_handler("tested"),
        )
        await subscription.assign()
        await subscription.receive(given)
        await say_published(store, messages)
        await subscription.reconcile()
        await subscription.reconcile()
        assert [each.position for each in handler.unreadable] == [position]
        assert len(reported) == 1
        handler.handled.clear()
        await subscription.assign()
        assert handler.handled == {}
    assert counts.of("set_aside", "tested") == 0


async def test_checkpoints_of_another_consumer_do_not_count(store: TroubledStore, messages: list[Incoming]) -> None:
    partitions = {message.partition for message in messages}
    await store.append(AppendRequest(checkpoints=tuple(Checkpoint("another", each, 50) for each in partitions)))
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    assert set(subscription.positions.values()) == {0}

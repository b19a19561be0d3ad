"""A broker may hold messages of another log, or of this one before a backup was put back: none of them is believed."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from event_store.records import AppendRequest, Checkpoint
from schemas.topics import ORDERS, TopicPartition
from schemas.wire import LOG, Incoming
from subscriptions.catch_up import RELAY, CatchUpSubscription
from subscriptions.log_watch import LogReplaced
from tests.histories import PARTITIONS
from tests.unit.streams.fakes import Counts, TroubledStore, never, order_id, published, put, replace_log, say_published
from tests.unit.test_catch_up import RecordingHandler, expected, in_topic, order_events

ORDER_NUMBERS = (1, 6, 7, 10, 12)
Change = Callable[[Incoming], Incoming]


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    yield store
    await store.close()


async def log_of(*numbers: int, correlation_id: str) -> tuple[TroubledStore, list[Incoming]]:
    """Another log with these orders, and what its relay sends."""
    store = TroubledStore()
    await put(store, *order_events(*numbers), correlation_id=correlation_id)
    return store, await published(store)


def subscribe(store: TroubledStore, handler: RecordingHandler, counts: Counts | None = None) -> CatchUpSubscription:
    return CatchUpSubscription(
        store,
        handler,
        partitions=PARTITIONS,
        on_poison=never,
        on_set_aside=(counts or Counts()).set_aside_handler(handler.consumer),
    )


def handled_by(handler: RecordingHandler) -> dict[TopicPartition, list[int]]:
    """What a handler was given, without the partitions of which it only finished positions."""
    return {partition: positions for partition, positions in handler.handled.items() if positions}


def changed(message: Incoming, **headers: str | None) -> Incoming:
    """A message with other headers; None leaves one out."""
    kept = {name: value for name, value in message.headers.items() if name not in headers}
    return message._replace(
        headers=kept | {name: value.encode() for name, value in headers.items() if value is not None}
    )


FOREIGN: dict[str, Change] = {
    "past the end": lambda message: message._replace(position=10**6, previous=0),
    "far past the end": lambda message: message._replace(position=2**63 - 1, previous=2**63 - 2),
    "of another event": lambda message: changed(message, ce_id=order_id(99)),
    "of no event": lambda message: changed(message, ce_id=None),
    "of an empty id": lambda message: changed(message, ce_id=""),
    "of another log": lambda message: changed(message, **{LOG: "another"}),
    "of an unreadable log": lambda message: message._replace(headers=message.headers | {LOG: b"\xff"}),
    "before itself": lambda message: message._replace(previous=10**6),
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
async def test_a_message_whose_event_the_log_does_not_have_is_set_aside_and_the_next_is_handled(
    store: TroubledStore, change: Change
) -> None:
    await put(store, *order_events(*ORDER_NUMBERS))
    messages, handler, counts = await published(store), RecordingHandler(), Counts()
    subscription = subscribe(store, handler, counts)
    await subscription.assign()
    for message in messages:
        await subscription.receive([change(message)])
        await subscription.receive([message])
    assert handler.handled == expected(handler, messages)
    assert handler.finished == {message.partition: message.position for message in in_topic(messages)}
    assert counts.of("set_aside", handler.consumer) == len(in_topic(messages))


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
async def test_in_one_batch_the_others_are_handled(store: TroubledStore, change: Change) -> None:
    await put(store, *order_events(*ORDER_NUMBERS))
    messages, handler = await published(store), RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive([each for message in messages for each in (change(message), message)])
    assert handled_by(handler) == expected(handler, messages)


async def test_twelve_messages_from_beyond_the_log_stop_nothing_also_after_a_restart(store: TroubledStore) -> None:
    """Every partition is given some."""
    await put(store, *order_events(1, 6))
    handler, first = RecordingHandler(), await published(store)
    wild = [
        first[0]._replace(partition=TopicPartition(ORDERS, number % PARTITIONS), position=10**9 + number, previous=0)
        for number in range(12)
    ]
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive(wild)
    await subscription.receive(first)
    await put(store, *order_events(7, 10, 12))
    messages = await published(store)
    again = subscribe(store, handler)
    await again.assign()
    await again.receive([*wild, *messages])
    assert handled_by(handler) == expected(handler, messages)


async def test_messages_of_a_log_before_its_backup_was_put_back_are_not_those_at_the_same_positions() -> None:
    """The same orders in another order: other events at the same positions, of the same types."""
    before, lost = await log_of(1, 6, 7, correlation_id="before")
    store, messages = await log_of(7, 1, 6, correlation_id="after")
    handler, counts = RecordingHandler(), Counts()
    subscription = subscribe(store, handler, counts)
    await subscription.assign()
    lost_without_name = [changed(message, **{LOG: None}) for message in lost]
    await subscription.receive([*lost_without_name, *lost])
    assert not any(handler.handled.values())
    await subscription.receive([*lost_without_name, *messages, *lost])
    assert handled_by(handler) == expected(handler, messages)
    assert counts.of("set_aside", handler.consumer) >= 2 * len(in_topic(lost))
    await before.close()
    await store.close()


async def test_a_message_of_an_earlier_release_does_not_say_its_log_and_is_believed(store: TroubledStore) -> None:
    await put(store, *order_events(*ORDER_NUMBERS))
    messages, handler = await published(store), RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive([changed(message, **{LOG: None}) for message in messages])
    assert handler.handled == expected(handler, messages)


async def test_the_handler_is_told_the_event_at_its_checkpoint_whether_it_wants_it_or_not(store: TroubledStore) -> None:
    await put(store, *order_events(*ORDER_NUMBERS))
    messages = await published(store)
    for delivered in (messages, [messages[-1]], []):
        await say_published(store, messages)
        handler = RecordingHandler()
        subscription = subscribe(store, handler)
        await subscription.assign()
        await subscription.receive(delivered)
        assert handler.event_ids == await store.event_ids(handler.event_ids)
        assert handler.event_ids


@pytest.mark.parametrize("position", [100, 2**63 - 1])
async def test_a_checkpoint_past_the_log_is_not_started_from(store: TroubledStore, position: int) -> None:
    await put(store, *order_events(*ORDER_NUMBERS))
    messages, handler = await published(store), RecordingHandler()
    handler.finished = {TopicPartition(ORDERS, number): position for number in range(PARTITIONS)}
    subscription = subscribe(store, handler)
    await subscription.assign()
    assert set(subscription.positions.values()) == {0}
    handler.finished.clear()
    await subscription.receive(messages)
    assert handler.handled == expected(handler, messages)


async def test_what_is_said_to_be_published_past_the_log_is_read_up_to_its_end(store: TroubledStore) -> None:
    await put(store, *order_events(*ORDER_NUMBERS))
    messages, handler = await published(store), RecordingHandler()
    wild = tuple(Checkpoint(RELAY, TopicPartition(ORDERS, number), 10**9) for number in range(PARTITIONS))
    await store.append(AppendRequest(checkpoints=wild))
    subscription = subscribe(store, handler)
    await subscription.assign()
    assert handler.handled == expected(handler, messages)
    assert set(subscription.positions.values()) == {await store.head()}


@pytest.mark.parametrize("numbers", [(), (7,), (7, 1, 6), (7, 1, 6, 10)], ids=["empty", "shorter", "as long", "longer"])
@pytest.mark.parametrize("delivered", [slice(-1, None), slice(None)], ids=["a gap", "all"])
async def test_a_log_that_is_replaced_beneath_a_consumer_ends_it_before_it_handles_anything(
    store: TroubledStore, numbers: Sequence[int], delivered: slice
) -> None:
    await put(store, *order_events(1, 6, 7))
    handler, messages = RecordingHandler(), await published(store)
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive(messages[:40])
    handled = {at: list(positions) for at, positions in handler.handled.items()}
    other, _ = await log_of(*numbers, correlation_id="after")
    await replace_log(store, other)
    with pytest.raises(LogReplaced, match="the log was replaced"):
        await subscription.receive(
            [message._replace(position=message.position + 50) for message in messages[delivered]]
        )
    assert handler.handled == handled
    await other.close()


async def test_a_log_that_is_replaced_is_noticed_when_the_store_says_that_more_is_published(
    store: TroubledStore,
) -> None:
    await put(store, *order_events(1))
    handler = RecordingHandler()
    subscription = subscribe(store, handler)
    await subscription.assign()
    await subscription.receive(await published(store))
    await subscription.reconcile()
    other, messages = await log_of(7, 1, 6, correlation_id="after")
    await say_published(other, messages)
    await replace_log(store, other)
    with pytest.raises(LogReplaced):
        await subscription.reconcile()
    await other.close()

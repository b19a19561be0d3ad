"""Whatever a broker loses, repeats or never had, a handler gets everything once, in order, through one door."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import pytest

from event_store.records import AppendRequest, Checkpoint
from schemas.codec import Stored
from schemas.envelope import Envelope
from schemas.errors import Poison, Unavailable
from schemas.message import Event
from schemas.topics import ORDERS, STOCK, TopicPartition
from schemas.wire import Incoming
from subscriptions import catch_up
from subscriptions.catch_up import CatchUpSubscription
from tests.histories import COMPLETED, PARTITIONS, events
from tests.unit.streams.fakes import TroubledStore, never, order_id, published, put, say_published

ORDERS_EVERYWHERE = (1, 6, 7, 10, 12)


class Reader:
    """Writes down what it is given, place by place; may fail on some orders."""

    consumer = "reader"
    topics = frozenset({ORDERS})
    types = frozenset(COMPLETED) - {"saga.step.completed", "inventory.reservation"}

    def __init__(self) -> None:
        self.read: dict[TopicPartition, list[int]] = defaultdict(list)
        self.finished: dict[TopicPartition, int] = {}
        self.envelopes: list[Envelope] = []
        self.fails: Callable[[TopicPartition, Sequence[Envelope]], bool] = lambda _place, _envelopes: False

    async def checkpoints(self) -> Mapping[TopicPartition, int]:
        return dict(self.finished)

    async def handle(self, place: TopicPartition, envelopes: Sequence[Envelope], position: int) -> None:
        await asyncio.sleep(0)
        if self.fails(place, envelopes):
            raise Unavailable("down")
        assert position > self.finished.get(place, 0)
        self.read[place] += [envelope.position for envelope in envelopes]
        self.envelopes += envelopes
        self.finished[place] = position


class Stock(Reader):
    """The same for the warehouse's log."""

    topics = frozenset({STOCK})
    types = frozenset({"inventory.reservation", "inventory.reserved", "shipping.dispatched"})


def inbox_of(store: TroubledStore, reader: Reader, on_poison: Callable[[Poison], None] = never) -> CatchUpSubscription:
    return CatchUpSubscription(store, reader, partitions=PARTITIONS, on_poison=on_poison)


def story(*numbers: int) -> list[Event]:
    return [event for number in numbers for event in events(*COMPLETED, order_id=order_id(number))]


def wanted(reader: Reader, messages: Sequence[Incoming]) -> dict[TopicPartition, list[int]]:
    """What the reader must have read after these messages."""
    due: dict[TopicPartition, list[int]] = defaultdict(list)
    for message in messages:
        if message.type in reader.types and message.partition.topic in reader.topics:
            due[message.partition].append(message.position)
    return due


def of(messages: Sequence[Incoming], topic: str = ORDERS) -> list[Incoming]:
    return [message for message in messages if message.partition.topic == topic]


@pytest.fixture
async def messages(store: TroubledStore) -> list[Incoming]:
    """Five orders' stories told in turns, as the broker would bring them; each place of the log has at least one."""
    await put(store, *(event for told in zip(*map(story, ORDERS_EVERYWHERE), strict=True) for event in told))
    sent = await published(store)
    assert len({message.partition for message in of(sent)}) == PARTITIONS
    return sent


async def test_what_flows_is_handed_on_once_and_in_order(store: TroubledStore, messages: list[Incoming]) -> None:
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    await subscription.receive(messages)
    assert reader.read == wanted(reader, messages)


@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
async def test_it_does_not_matter_how_the_messages_were_cut(
    store: TroubledStore, messages: list[Incoming], size: int
) -> None:
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    for start in range(0, len(messages), size):
        await subscription.receive(messages[start : start + size])
    assert reader.read == wanted(reader, messages)


async def test_a_second_delivery_is_not_handed_on(store: TroubledStore, messages: list[Incoming]) -> None:
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    await subscription.receive([*messages[:20], *messages[3:], *messages])
    await subscription.receive(messages)
    assert reader.read == wanted(reader, messages)


@pytest.mark.parametrize("lost", [range(1), range(4, 5), range(30), range(7, 50, 2), range(10, 40)])
async def test_a_hole_is_filled_from_the_store_through_the_same_handler(
    store: TroubledStore, messages: list[Incoming], lost: range
) -> None:
    """`previous` is not the checkpoint: something was lost on the way."""
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    await subscription.receive([message for index, message in enumerate(messages) if index not in lost])
    assert {place: read for place, read in reader.read.items() if read} == wanted(reader, messages)


async def test_a_filled_envelope_is_the_one_that_would_have_come(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    flowing, filling = Reader(), Reader()
    for reader, arriving in ((flowing, messages), (filling, [messages[-1]])):
        subscription = inbox_of(store, reader)
        await subscription.assign([messages[-1].partition])
        await subscription.receive(arriving)
    assert filling.envelopes == flowing.envelopes
    assert len(filling.envelopes) > 5


async def test_a_hole_in_one_place_leaves_the_messages_of_others_alone(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    holed = messages[0].partition
    others = [message for message in of(messages) if message.partition != holed]
    await subscription.receive([*others, of(messages)[-1]])
    assert {place: reader.read[place] for place in reader.read if place != holed} == {
        place: due for place, due in wanted(reader, messages).items() if place != holed
    }


async def test_a_consumer_on_an_empty_broker_catches_up_from_the_store(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    await say_published(store, messages)
    reader = Reader()
    await inbox_of(store, reader).assign()
    assert reader.read == wanted(reader, messages)
    assert set(reader.finished) == {message.partition for message in of(messages)}


async def test_catching_up_ends_where_the_relay_does(store: TroubledStore, messages: list[Incoming]) -> None:
    """What is not published yet will come by itself: it is not handled before."""
    await say_published(store, messages[:20])
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    await subscription.receive(messages)
    assert {place: read for place, read in reader.read.items() if read} == wanted(reader, messages)


async def test_a_restart_goes_on_behind_its_checkpoint(store: TroubledStore, messages: list[Incoming]) -> None:
    reader = Reader()
    first = inbox_of(store, reader)
    await first.assign()
    await first.receive(messages[:25])
    await say_published(store, messages)
    await inbox_of(store, reader).assign()
    assert reader.read == wanted(reader, messages)


async def test_places_that_stand_far_apart_are_each_filled_from_where_they_stand(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is nearly there, the others have nothing: it is not handed anything again, nor moved back."""
    monkeypatch.setattr(catch_up, "PAGE", 4)
    reader, ahead = Reader(), messages[0].partition
    first = inbox_of(store, reader)
    await first.assign([ahead])
    await first.receive([message for message in messages if message.partition == ahead][:-3])
    await say_published(store, messages)
    await inbox_of(store, reader).assign()
    assert reader.read == wanted(reader, messages)


async def test_many_pages_are_filled_like_one(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "PAGE", 3)
    await say_published(store, messages)
    reader = Reader()
    await inbox_of(store, reader).assign()
    assert reader.read == wanted(reader, messages)


async def test_the_warehouse_is_routed_by_what_its_requests_say(store: TroubledStore, messages: list[Incoming]) -> None:
    await say_published(store, messages)
    reader = Stock()
    await inbox_of(store, reader).assign()
    assert reader.read == wanted(reader, messages)
    assert sum(map(len, reader.read.values())) == 2 * len(ORDERS_EVERYWHERE)


async def test_only_the_places_it_answers_for_are_handled(store: TroubledStore, messages: list[Incoming]) -> None:
    await say_published(store, messages)
    mine = messages[-1].partition
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign([mine])
    await subscription.receive(messages)
    assert dict(reader.read) == {mine: wanted(reader, messages)[mine]}


async def test_what_the_handler_could_not_do_is_given_again_and_nothing_else(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    troubled = messages[0].partition
    reader.fails = lambda place, _: place == troubled
    with pytest.raises(Unavailable):
        await subscription.receive(messages)
    assert subscription.done[troubled] == 0
    reader.fails = lambda _place, _envelopes: False
    await subscription.receive(messages)
    assert reader.read == wanted(reader, messages)


async def test_a_failure_while_catching_up_leaves_no_hole(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "PAGE", 5)
    await say_published(store, messages)
    reader, failures = Reader(), [None] * 3

    def fails(place: TopicPartition, envelopes: Sequence[Envelope]) -> bool:
        is_troubled = place == messages[0].partition and envelopes and envelopes[0].position > 12
        return bool(is_troubled and failures and not failures.pop())

    reader.fails = fails
    subscription = inbox_of(store, reader)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await subscription.assign()
    await subscription.assign()
    assert reader.read == wanted(reader, messages)


async def test_two_who_deliver_at_once_take_turns(store: TroubledStore, messages: list[Incoming]) -> None:
    await say_published(store, messages)
    reader = Reader()
    subscription = inbox_of(store, reader)
    await asyncio.gather(
        subscription.assign(), subscription.receive(messages), subscription.receive(messages), subscription.reconcile()
    )
    assert reader.read == wanted(reader, messages)


async def test_a_place_that_stands_still_though_more_was_published_is_swept(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    """The last message of a quiet place was lost: no later one will tell."""
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    await say_published(store, messages)
    await subscription.receive(messages[:10])
    await subscription.reconcile()
    moving = {place: read for place, read in wanted(reader, messages[:10]).items() if read}
    assert {place: reader.read[place] for place in moving} == moving
    await subscription.reconcile()
    assert reader.read == wanted(reader, messages)


async def test_a_place_to_which_nothing_comes_is_swept_every_time(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    """Its consumer is dead; what a sweep brings is no sign of life."""
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    for message in of(messages):
        await say_published(store, [message])
        assert await subscription.reconcile() == 1
        assert (
            (await subscription.published())[message.partition]
            == subscription.done[message.partition]
            == message.position
        )


async def test_a_place_that_moves_is_not_swept(store: TroubledStore, messages: list[Incoming]) -> None:
    reader, quiet = Reader(), of(messages)[0].partition
    subscription = inbox_of(store, reader)
    await subscription.assign([quiet])
    mine = [message for message in messages if message.partition == quiet]
    await say_published(store, messages)
    for message in mine[:-1]:
        await subscription.receive([message])
        await subscription.reconcile()
        assert subscription.done[quiet] == message.position


async def test_a_message_that_cannot_be_read_is_told_and_passed_by(
    store: TroubledStore, messages: list[Incoming]
) -> None:
    told: list[Poison] = []
    reader = Reader()
    subscription = inbox_of(store, reader, told.append)
    await subscription.assign()
    spoilt = next(message for message in of(messages) if message.type == "order.created")
    await subscription.receive([message._replace(value=b"{") if message is spoilt else message for message in messages])
    due = wanted(reader, messages)
    due[spoilt.partition].remove(spoilt.position)
    assert reader.read == due
    assert len(told) == 1


async def test_what_nobody_wants_is_not_even_decoded(store: TroubledStore, messages: list[Incoming]) -> None:
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    await subscription.receive(
        message._replace(value=b"{") if message.type == "saga.step.completed" else message for message in messages
    )
    assert reader.read == wanted(reader, messages)


@pytest.mark.parametrize("state", [b"{", b"[]", b"{}", b"null", b'{"data": {}}', b'{"data": []}', b'{"data": null}'])
async def test_bytes_in_the_log_that_cannot_be_read_are_told_and_passed_by(
    store: TroubledStore, messages: list[Incoming], monkeypatch: pytest.MonkeyPatch, state: bytes
) -> None:
    """Even where the bytes would have to say which place they belong to."""
    log, told = store.log, list[Poison]()

    async def spoilt(*args: int, **kwargs: object) -> list[Stored]:
        page = await log(*args, **kwargs)  # type: ignore[arg-type]
        return [stored._replace(state=state) if stored.type == "inventory.reserved" else stored for stored in page]

    await say_published(store, messages)
    monkeypatch.setattr(store, "log", spoilt)
    reader = Reader()
    await inbox_of(store, reader, told.append).assign()
    readable = [message for message in messages if message.type != "inventory.reserved"]
    assert reader.read == wanted(reader, readable)
    assert len(told) == len(ORDERS_EVERYWHERE)


async def test_checkpoints_of_another_consumer_say_nothing(store: TroubledStore, messages: list[Incoming]) -> None:
    places = {message.partition for message in messages}
    await store.append(AppendRequest(checkpoints=tuple(Checkpoint("somebody", place, 50) for place in places)))
    reader = Reader()
    subscription = inbox_of(store, reader)
    await subscription.assign()
    assert set(subscription.done.values()) == {0}

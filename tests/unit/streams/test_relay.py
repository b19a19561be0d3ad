"""The relay sends everything in position order, says what went before, and after any trouble says it again."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import ClassVar

import pytest
from aiokafka.errors import KafkaTimeoutError

from concurrency.background import background
from event_store.records import AppendRequest, Checkpoint, ParkedFilter
from schemas.envelope import Cause, wrap_events
from schemas.message import Event
from schemas.order import OrderFact
from schemas.stream_names import order_stream
from schemas.topics import ORDERS, STOCK, TopicPartition
from schemas.wire import Incoming, Outgoing
from streams import relay as relays
from streams.relay import WHOLE_LOG, Relay
from subscriptions.catch_up import RELAY
from subscriptions.log_watch import LogReplaced
from tests.examples import NOON, ORDER_ID
from tests.histories import COMPLETED, PARTITIONS, events
from tests.unit.streams.fakes import TroubledStore, arrived, once, order_id, published, put, put_bytes, replace_log

CAUSE = Cause(id="m", at=NOON, correlation_id="c")


class Bus:
    """A broker in memory. It can lose its acknowledgements, or wait until it is let."""

    def __init__(self) -> None:
        self.sent: dict[TopicPartition, list[Incoming]] = defaultdict(list)
        self.lost_acknowledgements = 0
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.has_received = asyncio.Event()

    def create_batch(self) -> "BusBatch":
        return BusBatch(self)

    async def publish(self, place: TopicPartition, messages: Sequence[Incoming]) -> None:
        self.sent[place] += messages
        self.has_received.set()
        await self.is_open.wait()
        if self.lost_acknowledgements:
            self.lost_acknowledgements -= 1
            raise KafkaTimeoutError

    def positions(self) -> dict[TopicPartition, list[int]]:
        return {place: [message.position for message in messages] for place, messages in self.sent.items()}

    @property
    def messages(self) -> list[Incoming]:
        return [message for messages in self.sent.values() for message in messages]


class BusBatch:
    """Brings its messages to the bus, all places at once."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._by_topic_partition: dict[TopicPartition, list[Incoming]] = defaultdict(list)

    def add(self, message: Outgoing, previous: int) -> None:
        self._by_topic_partition[message.partition].append(arrived(message, previous))

    async def send(self) -> None:
        await asyncio.gather(*(self._bus.publish(place, run) for place, run in self._by_topic_partition.items()))


@asynccontextmanager
async def relaying(store: TroubledStore, bus: Bus) -> AsyncIterator[None]:
    async with background(Relay(store, bus, partitions=PARTITIONS).run()):
        yield


async def reached(store: TroubledStore) -> None:
    """Wait until the relay has noted that all of the log is sent."""

    async def is_reached() -> bool:
        return (await store.checkpoints(RELAY)).get(WHOLE_LOG, 0) == await store.head()

    await store.until(is_reached)


async def relayed(store: TroubledStore, bus: Bus) -> None:
    """One life of a relay: it starts, sends all there is, and is gone."""
    async with relaying(store, bus):
        await reached(store)


def ignore(_messages: int, _now: float) -> None:
    """Count nothing."""


def of(messages: Sequence[Incoming], topic: str) -> list[Incoming]:
    return [message for message in messages if message.partition.topic == topic]


def links(*sent: Sequence[Incoming]) -> set[tuple[TopicPartition, int, int]]:
    """Where each message stands and what it says went before, however often it was sent."""
    return {(message.partition, message.previous, message.position) for messages in sent for message in messages}


def story(*numbers: int) -> list[Event]:
    return [event for number in numbers for event in events(*COMPLETED, order_id=order_id(number))]


async def test_every_place_gets_its_events_in_position_order_each_naming_the_one_before(store: TroubledStore) -> None:
    await put(store, *story(*range(1, 9)))
    bus = Bus()
    await relayed(store, bus)
    assert sorted(bus.messages) == sorted(await published(store))
    for messages in bus.sent.values():
        positions = [message.position for message in messages]
        assert positions == sorted(set(positions))
        assert [message.previous for message in messages] == [0, *positions[:-1]]
    assert {place.topic for place in bus.sent} == {ORDERS, STOCK}


async def test_an_event_two_processes_need_goes_to_both(store: TroubledStore) -> None:
    await put(store, *events("inventory.reserved"))
    bus = Bus()
    await relayed(store, bus)
    assert sorted(place.topic for place in bus.sent) == [ORDERS, STOCK]


async def test_what_was_sent_last_in_every_place_is_noted(store: TroubledStore) -> None:
    await put(store, *story(1, 2))
    bus = Bus()
    await relayed(store, bus)
    lasts = {place: positions[-1] for place, positions in bus.positions().items()}
    assert await store.checkpoints(RELAY) == {**lasts, WHOLE_LOG: await store.head()}


async def test_a_new_relay_goes_on_where_the_last_one_ended(store: TroubledStore) -> None:
    await put(store, *story(1, 2))
    first, second = Bus(), Bus()
    await relayed(store, first)
    await put(store, *story(3, 4))
    await relayed(store, second)
    assert sorted(first.messages + second.messages) == sorted(await published(store))


async def test_many_pages_chain_like_one(store: TroubledStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "PAGE", 5)
    await put(store, *story(1, 2, 3))
    bus = Bus()
    await relayed(store, bus)
    assert sorted(bus.messages) == sorted(await published(store))


async def test_what_is_appended_meanwhile_is_sent_too(store: TroubledStore) -> None:
    bus = Bus()
    async with relaying(store, bus):
        for number in (1, 2):
            await put(store, *story(number))
            await reached(store)
    assert sorted(bus.messages) == sorted(await published(store))


async def test_nothing_is_noted_before_it_is_acknowledged(store: TroubledStore) -> None:
    await put(store, *story(1))
    bus = Bus()
    bus.is_open.clear()
    async with relaying(store, bus):
        await bus.has_received.wait()
        assert await store.checkpoints(RELAY) == {}
        bus.is_open.set()
        await reached(store)


async def test_a_lost_acknowledgement_sends_the_same_again(store: TroubledStore) -> None:
    await put(store, *events(*COMPLETED[1:5]))
    bus = Bus()
    bus.lost_acknowledgements = 2
    await relayed(store, bus)
    [messages] = bus.sent.values()
    assert messages == (await published(store)) * 3


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "PAGE", 2)
    monkeypatch.setattr(relays, "PAGES_AHEAD", 3)


async def test_pages_follow_each_other_unacknowledged_but_only_so_many(store: TroubledStore, small_pages: None) -> None:
    await put(store, *story(1))
    bus = Bus()
    bus.is_open.clear()
    async with relaying(store, bus):
        async with asyncio.timeout(10):
            while max((message.position for message in bus.messages), default=0) < 2 * 4:
                bus.has_received.clear()
                await bus.has_received.wait()
        assert await store.checkpoints(RELAY) == {}
        assert max(message.position for message in bus.messages) == 2 * 4
        bus.is_open.set()
        await reached(store)
    assert sorted(bus.messages) == sorted(await published(store))


class Failing(Bus):
    """Refuses a page the first time, after those behind it have arrived."""

    def __init__(self, position: int, behind: int) -> None:
        super().__init__()
        self._refused = [position]
        self._behind = behind
        self._has_come = asyncio.Event()

    async def publish(self, place: TopicPartition, messages: Sequence[Incoming]) -> None:
        await super().publish(place, messages)
        positions = [message.position for message in messages]
        if self._behind in positions:
            self._has_come.set()
        if self._refused and self._refused[0] in positions:
            await self._has_come.wait()
            self._refused.clear()
            raise KafkaTimeoutError


async def test_no_page_is_noted_before_one_in_front_of_it_that_failed(store: TroubledStore, small_pages: None) -> None:
    await put(store, *story(1))
    bus = Failing(3, behind=7)
    noted: list[int] = []

    def note(unit: AppendRequest) -> bool:
        noted.extend(each.position for each in unit.checkpoints if each.partition == WHOLE_LOG)
        return False

    store.refuse = note
    await relayed(store, bus)
    assert noted == [2, 4, 6, 8, 10, 12, 14]
    assert links(bus.messages) == links(await published(store))
    assert Counter(message.position for message in of(bus.messages, ORDERS))[7] == 2


def notes(unit: AppendRequest) -> bool:
    return any(checkpoint.consumer == RELAY for checkpoint in unit.checkpoints)


@pytest.mark.parametrize("trouble", ["refuse", "lose"])
async def test_a_checkpoint_that_could_not_be_noted_breaks_no_chain(
    store: TroubledStore, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Else the next relay would name a wrong `previous`, and a consumer could miss a hole."""
    monkeypatch.setattr(relays, "PAGE", 1)
    await put(store, *events("stock.received", "order.created", "order.updated"))
    setattr(store, trouble, once(notes))
    first, second = Bus(), Bus()
    await relayed(store, first)
    await put(store, *events("stock.received", receipt_id="receipt-2"))
    await relayed(store, second)
    assert links(first.messages, second.messages) == links(await published(store))


async def test_two_relays_at_once_repeat_messages_and_break_no_chain(
    store: TroubledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "PAGE", 3)
    await put(store, *story(1, 2))
    first, second, third = Bus(), Bus(), Bus()
    async with relaying(store, first), relaying(store, second):
        await reached(store)
    await put(store, *story(3))
    await relayed(store, third)
    assert links(first.messages, second.messages, third.messages) == links(await published(store))


class Unheard(OrderFact):
    """An event of a later release, with no route in this one."""

    wire_name: ClassVar[str] = "order.of.a.later.release"


async def test_an_event_without_a_route_stops_nothing(store: TroubledStore) -> None:
    created, updated, completed = events("order.created", "order.updated", "order.completed")
    await put(store, created, updated)
    await store.append(AppendRequest(events=tuple(wrap_events("order-later", 0, [Unheard(order_id="later")], CAUSE))))
    stream = order_stream(ORDER_ID)
    await store.append(AppendRequest(events=tuple(wrap_events(stream, 2, [completed], CAUSE))))
    bus = Bus()
    await relayed(store, bus)
    assert links(bus.messages) == {(place, *link) for place in bus.sent for link in ((0, 1), (1, 2), (2, 4))}
    assert (await store.checkpoints(RELAY))[WHOLE_LOG] == 4


@pytest.mark.parametrize(("is_often", "pauses"), [(True, {0.5}), (False, set())])
async def test_it_collects_between_two_copies_while_events_come_often(
    store: TroubledStore, monkeypatch: pytest.MonkeyPatch, is_often: bool, pauses: set[float]
) -> None:
    slept: set[float] = set()

    async def sleep(seconds: float) -> None:
        slept.add(seconds)

    monkeypatch.setattr(relays, "sleep", sleep)
    monkeypatch.setattr(relays, "ArrivalRate", lambda _: SimpleNamespace(is_often=is_often, count=ignore))
    bus = Bus()
    async with background(Relay(store, bus, partitions=PARTITIONS, collect=0.5).run()):
        for number in (1, 2, 3):
            await put(store, *story(number))
            await reached(store)
    assert slept == pauses
    assert links(bus.messages) == links(await published(store))


async def test_every_message_says_of_which_log_it_is(store: TroubledStore) -> None:
    await put(store, *story(1))
    bus = Bus()
    await relayed(store, bus)
    assert {message.log for message in bus.messages} == {await store.log_id()}


@pytest.mark.parametrize("position", [43, 10**9, 2**63 - 1])
@pytest.mark.parametrize("place", [WHOLE_LOG, TopicPartition(ORDERS, 1)])
async def test_a_checkpoint_past_the_log_is_not_believed_and_all_is_sent_again(
    store: TroubledStore, place: TopicPartition, position: int
) -> None:
    """It was another log's: what was published of this one is unknown."""
    await put(store, *story(1, 2, 3))
    await relayed(store, Bus())
    await store.append(AppendRequest(checkpoints=(Checkpoint(RELAY, place, position),)))
    bus = Bus()
    async with relaying(store, bus), asyncio.timeout(10):
        while await store.head() not in {message.position for message in bus.messages}:
            bus.has_received.clear()
            await bus.has_received.wait()
        await reached(store)
    assert sorted(bus.messages) == sorted(await published(store))
    await put(store, *story(4))
    await relayed(store, bus)
    assert links(bus.messages) == links(await published(store))


@pytest.mark.parametrize("numbers", [(4, 1, 2), (4, 1, 2, 3)])
async def test_a_log_that_is_replaced_beneath_a_relay_ends_it(store: TroubledStore, numbers: Sequence[int]) -> None:
    await put(store, *story(1, 2))
    other, bus = TroubledStore(), Bus()
    await put(other, *story(*numbers), correlation_id="after")
    relay = asyncio.create_task(Relay(store, bus, partitions=PARTITIONS).run())
    await reached(store)
    await replace_log(store, other)
    with pytest.raises(LogReplaced):
        await asyncio.wait_for(relay, 10)
    assert max(message.position for message in bus.messages) == len(story(1, 2))
    await other.close()


async def test_an_event_without_a_place_on_kafka_is_a_dead_letter_of_the_relays(store: TroubledStore) -> None:
    bus = Bus()
    await put(store, *story(1))
    position = await put_bytes(store, "order-x", "order.never.heard.of", b"{}")
    await put(store, *story(2))
    await relayed(store, bus)
    assert position not in {message.position for message in bus.messages}
    [row] = await store.parked_messages(ParkedFilter(is_dead=True))
    assert (row.consumer, row.position, row.subject, row.cause) == (RELAY, position, "order-x", "poison")


async def test_bytes_that_cannot_be_read_are_published_whole_in_their_place(store: TroubledStore) -> None:
    bus = Bus()
    await put(store, *story(1))
    position = await put_bytes(store, order_stream(order_id(1)), "order.completed", b"{")
    await put(store, *events("payment.refunded", order_id=order_id(1)))
    await relayed(store, bus)
    poisoned, after = of(bus.messages, ORDERS)[-2:]
    assert (poisoned.position, poisoned.value, after.previous) == (position, b"{", position)
    assert await store.parked_messages(ParkedFilter()) == []

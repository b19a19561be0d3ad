"""One order through all agents, hop by hop, over the very messages the relay would send."""

from collections.abc import Sequence

import pytest

from schemas.envelope import Envelope
from schemas.stream_names import order_stream, saga_stream, warehouse_stream
from schemas.wire import Incoming
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.payment import Payments
from streams.processor import Processor
from streams.shipping import Shipping
from subscriptions.catch_up import CatchUpSubscription
from tests.examples import ORDER_ID
from tests.histories import PARTITIONS, events
from tests.sealing import new_sealer
from tests.unit.streams.fakes import (
    TRACE,
    Counts,
    Depot,
    SetClock,
    Till,
    TroubledStore,
    ids_are_unique,
    log_of,
    never,
    published,
    put,
    types_of,
)
from tests.unit.streams.test_shipping import sealed


def staff(store: TroubledStore, clock: SetClock, counts: Counts) -> list[Processor]:
    return [
        Fulfilment(store, clock=clock, metrics=counts),
        Payments(store, Till(), clock=clock, metrics=counts),
        Inventory(store, clock=clock, metrics=counts),
        Shipping(store, Depot(), new_sealer(), clock=clock, metrics=counts),
    ]


async def settled(store: TroubledStore, processors: Sequence[Processor], *, lost: int = 0) -> None:
    """Bring everyone the whole log until nobody adds to it; of every `lost` messages one gets lost."""
    inboxes = [CatchUpSubscription(store, each, partitions=PARTITIONS, on_poison=never) for each in processors]
    for subscription in inboxes:
        await subscription.assign()
    head = -1
    while head < (head := await store.head()):
        for subscription in inboxes:
            await subscription.receive(arriving(await published(store), lost))


def arriving(messages: Sequence[Incoming], lost: int) -> list[Incoming]:
    """All of them, or all but some; never the last, which alone could tell of the others."""
    if not lost:
        return list(messages)
    lasts = {message.partition: message for message in messages}
    return [message for index, message in enumerate(messages) if index % lost or message is lasts[message.partition]]


@pytest.fixture
async def order(store: TroubledStore) -> list[Envelope]:
    """A stocked warehouse and a new order, placed by a request with a trace."""
    [received] = await put(store, *events("stock.received"), correlation_id="delivery")
    [created] = await put(store, *events("order.created", shipping_address=sealed()))
    return [received, created]


async def answers(store: TroubledStore) -> list[Envelope]:
    """Everything recorded after the order was placed."""
    return await log_of(store, after=2)


async def test_every_hop_stays_in_the_conversation_that_began_with_the_request(
    store: TroubledStore, order: list[Envelope], clock: SetClock, counts: Counts
) -> None:
    await settled(store, staff(store, clock, counts))
    assert (await types_of(store, order_stream(ORDER_ID)))[-1] == "order.completed"
    about = {(each.correlation_id, each.request_id, each.traceparent) for each in await answers(store)}
    assert about == {("checkout-7", "request-7", TRACE)}


async def test_every_event_is_caused_by_one_before_it_back_to_the_order(
    store: TroubledStore, order: list[Envelope], clock: SetClock, counts: Counts
) -> None:
    await settled(store, staff(store, clock, counts))
    log = {envelope.id: envelope for envelope in await log_of(store)}
    for answer in await answers(store):
        assert log[answer.causation_id].position < answer.position
    [confirmed] = [each for each in log.values() if each.type == "inventory.confirmed"]
    chain = [confirmed]
    while (cause := chain[-1].causation_id) in log:
        chain.append(log[cause])
    assert [each.type for each in chain] == [
        "inventory.confirmed",
        "inventory.confirmation",
        "shipping.prepared",
        "shipping.preparation",
        "inventory.reserved",
        "inventory.reservation",
        "payment.processed",
        "payment.processing",
        "order.created",
    ]


async def test_no_two_events_of_an_order_have_the_same_id(
    store: TroubledStore, order: list[Envelope], clock: SetClock, counts: Counts
) -> None:
    await settled(store, staff(store, clock, counts))
    assert await ids_are_unique(store)


async def test_the_whole_log_again_for_everyone_anew_adds_nothing(
    store: TroubledStore, order: list[Envelope], clock: SetClock, counts: Counts
) -> None:
    await settled(store, staff(store, clock, counts))
    head = await store.head()
    for processor in staff(store, clock, counts):
        subscription = CatchUpSubscription(store, processor, partitions=PARTITIONS, on_poison=never)
        await subscription.assign()
        for message in await published(store):
            await subscription.receive([message])
        for place in subscription.positions:
            wanted = [each for each in await log_of(store) if each.type in processor.types]
            await processor.handle(place, wanted, head)
    assert await store.head() == head
    assert counts.of("messages_parked", "saga") == 0


@pytest.mark.parametrize("lost", [2, 3, 5])
async def test_an_order_completes_though_the_broker_loses_messages(
    store: TroubledStore, order: list[Envelope], clock: SetClock, counts: Counts, lost: int
) -> None:
    await settled(store, staff(store, clock, counts), lost=lost)
    assert (await types_of(store, order_stream(ORDER_ID)))[-1] == "order.completed"
    assert (await types_of(store, warehouse_stream("main")))[-1] == "inventory.confirmed"
    assert (await types_of(store, saga_stream(ORDER_ID)))[-1] == "saga.completed"

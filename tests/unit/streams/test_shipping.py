"""The shipping processor prints one label per order, and stores no address that it reads."""

import pytest

from event_store.records import AppendRequest
from schemas.address import Address
from schemas.errors import Unavailable
from schemas.message import Event
from schemas.sealed import Sealed
from schemas.shipment import ShippingCancelled, ShippingFailed, ShippingPrepared
from schemas.stream_names import shipment_stream
from schemas.topics import ORDERS, TopicPartition
from streams.shipping import Shipping
from tests.examples import CUSTOMER_ID, ORDER_ID
from tests.histories import events
from tests.sealing import new_sealer, seal
from tests.unit.streams.fakes import Counts, Depot, SetClock, TroubledStore, give, once, order_id, put, types_of

STREAM = shipment_stream(ORDER_ID)
KEY = f"{ORDER_ID}-shipping"


def sealed(postal_code: str | None = "94110", country: str = "US") -> Sealed:
    address = Address(
        name="Ann Smith", line1="12 High Street", city="Springfield", postal_code=postal_code, country=country
    )
    return seal(CUSTOMER_ID, address.model_dump_json())


def prepare(*, attempt: int = 1, postal_code: str = "94110", number: int | None = None) -> list[Event]:
    fields = {"order_id": order_id(number)} if number else {}
    return events("shipping.preparation", attempt=attempt, address=sealed(postal_code), **fields)


def cancel(*, attempt: int = 1) -> list[Event]:
    return events("shipping.cancel", attempt=attempt)


@pytest.fixture
def depot() -> Depot:
    return Depot()


@pytest.fixture
def shipping(store: TroubledStore, depot: Depot, clock: SetClock, counts: Counts) -> Shipping:
    return Shipping(store, depot, new_sealer(), clock=clock, metrics=counts)


async def test_a_request_is_answered_in_one_append_with_the_checkpoint(
    store: TroubledStore, shipping: Shipping
) -> None:
    requests = await put(store, *prepare())
    await give(shipping, requests)
    [answer] = await store.stream(STREAM)
    assert isinstance(answer.event, ShippingPrepared)
    assert (answer.correlation_id, answer.causation_id) == (requests[0].correlation_id, requests[0].id)
    assert [each.position for each in store.units[-1].checkpoints] == [1]
    assert len(store.units[-1].events) == 1


async def test_the_carrier_gets_the_postal_code_and_the_log_does_not(
    store: TroubledStore, shipping: Shipping, depot: Depot
) -> None:
    await give(shipping, await put(store, *prepare(postal_code="SW1A 1AA")))
    assert depot.asked == [(KEY, "SW1A 1AA")]
    assert not [stored for stored in await store.log(0) if b"SW1A" in stored.state]


@pytest.mark.parametrize("country", ["HK", "AE", "QA"])
async def test_a_label_is_printed_where_there_are_no_postal_codes(
    store: TroubledStore, shipping: Shipping, depot: Depot, country: str
) -> None:
    await give(shipping, await put(store, *events("shipping.preparation", attempt=1, address=sealed(None, country))))
    assert depot.asked == [(KEY, None)]
    assert await types_of(store, STREAM) == ["shipping.prepared"]


async def test_a_second_delivery_decides_nothing(
    store: TroubledStore, shipping: Shipping, depot: Depot, clock: SetClock, counts: Counts
) -> None:
    requests = await put(store, *prepare(), *prepare(postal_code="00000", number=2))
    await shipping.handle(TopicPartition(ORDERS, 0), requests, 2)
    await shipping.handle(TopicPartition(ORDERS, 0), requests, 2)
    await Shipping(store, depot, new_sealer(), clock=clock, metrics=counts).handle(
        TopicPartition(ORDERS, 0), requests, 2
    )
    assert await types_of(store, STREAM) == ["shipping.prepared"]
    assert await types_of(store, shipment_stream(order_id(2))) == ["shipping.failed"]


async def test_every_retry_goes_to_the_carrier_with_the_same_idempotency_key(
    store: TroubledStore, shipping: Shipping, depot: Depot
) -> None:
    def is_an_answer(unit: AppendRequest) -> bool:
        return bool(unit.checkpoints)

    requests = await put(store, *prepare(postal_code="00002"))
    store.refuse = once(is_an_answer)
    with pytest.raises(Unavailable):
        await give(shipping, requests)
    await give(shipping, requests)
    for attempt in (2, 3):
        await give(shipping, await put(store, *prepare(postal_code="00002", attempt=attempt)))
    assert depot.asked == [(KEY, "00002")] * 4
    assert await types_of(store, STREAM) == ["shipping.failed", "shipping.failed", "shipping.prepared"]


async def test_an_undo_of_an_unknown_label_is_a_tombstone_that_refuses_the_late_request(
    store: TroubledStore, shipping: Shipping, depot: Depot
) -> None:
    await give(shipping, await put(store, *cancel()))
    await give(shipping, await put(store, *prepare()))
    tombstone, refused = (envelope.event for envelope in await store.stream(STREAM))
    assert isinstance(tombstone, ShippingCancelled)
    assert tombstone.shipment_id is None
    assert isinstance(refused, ShippingFailed)
    assert (refused.code, refused.retriable) == ("shipping_cancelled", False)
    assert (depot.asked, depot.cancelled) == ([], [ORDER_ID])


async def test_an_undo_voids_the_label_with_the_carrier(store: TroubledStore, shipping: Shipping, depot: Depot) -> None:
    await give(shipping, await put(store, *prepare()))
    await give(shipping, await put(store, *cancel()))
    assert await types_of(store, STREAM) == ["shipping.prepared", "shipping.cancelled"]
    assert depot.cancelled == [ORDER_ID]


async def test_a_carrier_that_never_answers_leaves_the_order_open_and_the_request_finished(
    store: TroubledStore, shipping: Shipping
) -> None:
    await give(shipping, await put(store, *prepare(postal_code="00001")))
    assert await types_of(store, STREAM) == []
    assert list((await store.checkpoints("shipping")).values()) == [1]


async def test_an_address_that_does_not_open_parks_its_own_order_only(
    store: TroubledStore, shipping: Shipping, counts: Counts
) -> None:
    unreadable = events("shipping.preparation", order_id=order_id(2))
    requests = await put(store, *prepare(number=1), *unreadable, *prepare(number=3))
    await shipping.handle(TopicPartition(ORDERS, 0), requests, 3)
    found = [await types_of(store, shipment_stream(order_id(number))) for number in (1, 2, 3)]
    assert found == [["shipping.prepared"], [], ["shipping.prepared"]]
    assert [(row.subject, row.cause) for row in await store.parked("shipping")] == [(order_id(2), "poison")]
    assert await store.checkpoints("shipping") == {TopicPartition(ORDERS, 0): 3}

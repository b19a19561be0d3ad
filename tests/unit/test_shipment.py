"""One shipment: one label, voided once, and no way back after it has left."""

from collections.abc import Sequence

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.shipment import SHIPMENT, label_refusal, shipment_id
from schemas.errors import AIOutletError, NotFound, Refused, TransitionRefused
from schemas.shipment import (
    CancelShipment,
    Dispatch,
    Prepare,
    RecordDelivery,
    ShipmentCommand,
    ShipmentEvent,
    ShippingCancelled,
    ShippingDelivered,
    ShippingDispatched,
    ShippingFailed,
    ShippingPrepared,
)
from tests.spec import decide_all, given

ID = shipment_id("o-1")


def prepare(attempt: int = 1) -> Prepare:
    return Prepare(
        order_id="o-1", attempt=attempt, accepted=True, label_id="l-1", tracking_number="AO1", carrier="Post"
    )


def refuse(attempt: int = 1, *, retriable: bool = False) -> Prepare:
    return Prepare(order_id="o-1", attempt=attempt, accepted=False, code="address_refused", retriable=retriable)


def prepared(attempt: int = 1) -> ShippingPrepared:
    return ShippingPrepared(
        order_id="o-1", shipment_id=ID, label_id="l-1", tracking_number="AO1", carrier="Post", attempt=attempt
    )


def failed(attempt: int = 1, code: str = "address_refused", *, retriable: bool = False) -> ShippingFailed:
    return ShippingFailed(order_id="o-1", code=code, retriable=retriable, attempt=attempt)


def cancel(attempt: int = 1) -> CancelShipment:
    return CancelShipment(order_id="o-1", attempt=attempt)


def cancelled(attempt: int = 1, shipment: str | None = ID) -> ShippingCancelled:
    return ShippingCancelled(order_id="o-1", shipment_id=shipment, attempt=attempt)


DISPATCH = Dispatch(order_id="o-1")
DISPATCHED = ShippingDispatched(order_id="o-1", shipment_id=ID)
DELIVER = RecordDelivery(order_id="o-1")
DELIVERED = ShippingDelivered(order_id="o-1", shipment_id=ID)


def test_an_accepted_shipment_has_its_label() -> None:
    given(SHIPMENT).when(prepare()).then(prepared())


def test_an_acceptance_without_a_label_is_refused() -> None:
    given(SHIPMENT).when(Prepare(order_id="o-1", attempt=1, accepted=True)).refused(Refused)


def test_a_refusing_carrier_fails_the_preparation() -> None:
    given(SHIPMENT).when(refuse()).then(failed())


def test_a_flaky_carrier_prepares_at_the_third_attempt() -> None:
    flaky = [refuse(attempt, retriable=True) for attempt in (1, 2)]
    assert decide_all(SHIPMENT, *flaky, prepare(3)) == [
        failed(1, retriable=True),
        failed(2, retriable=True),
        prepared(3),
    ]


def test_the_same_attempt_again_decides_nothing() -> None:
    given(SHIPMENT, prepared()).when(prepare()).then()
    given(SHIPMENT, failed()).when(refuse()).then()


def test_an_earlier_attempt_decides_nothing() -> None:
    given(SHIPMENT, prepared(1), prepared(2)).when(prepare(1)).then()
    given(SHIPMENT, failed(1), failed(2), prepared(1)).when(refuse(2)).then()
    given(SHIPMENT, prepared(), cancelled(1), cancelled(2)).when(cancel(1)).then()


def test_a_new_attempt_is_answered_with_the_same_label() -> None:
    given(SHIPMENT, prepared(1)).when(prepare(2)).then(prepared(2))
    given(SHIPMENT, prepared(1)).when(refuse(2)).then(prepared(2))


def test_a_label_is_voided_once() -> None:
    given(SHIPMENT, prepared()).when(cancel()).then(cancelled())
    given(SHIPMENT, prepared(), cancelled()).when(cancel()).then()
    given(SHIPMENT, prepared(), cancelled(1)).when(cancel(2)).then(cancelled(2))


def test_cancelling_what_was_never_prepared_leaves_a_tombstone() -> None:
    given(SHIPMENT).when(cancel()).then(cancelled(shipment=None))
    given(SHIPMENT, failed()).when(cancel()).then(cancelled(shipment=None))
    given(SHIPMENT, cancelled(shipment=None)).when(cancel()).then()


def test_a_preparation_on_a_tombstone_is_refused_without_the_carrier() -> None:
    assert label_refusal(SHIPMENT.fold([cancelled(shipment=None)])) == "shipping_cancelled"
    assert label_refusal(SHIPMENT.fold([prepared(), cancelled()])) == "shipping_cancelled"
    assert label_refusal(SHIPMENT.fold([prepared()])) is None


def test_a_label_that_came_too_late_is_recorded_so_that_it_can_be_voided() -> None:
    assert decide_all(SHIPMENT, cancel(), prepare(), cancel()) == [cancelled(shipment=None), prepared(), cancelled()]


def test_a_void_label_is_not_printed_again() -> None:
    given(SHIPMENT, prepared(1), cancelled()).when(prepare(2)).then(failed(2, "shipping_cancelled"))


def test_a_shipment_leaves_once_and_arrives_once() -> None:
    given(SHIPMENT, prepared()).when(DISPATCH).then(DISPATCHED)
    given(SHIPMENT, prepared(), DISPATCHED).when(DISPATCH).then()
    given(SHIPMENT, prepared(), DISPATCHED).when(DELIVER).then(DELIVERED)
    given(SHIPMENT, prepared(), DISPATCHED, DELIVERED).when(DELIVER).then()
    given(SHIPMENT, prepared(), DISPATCHED, DELIVERED).when(DISPATCH).then()


def test_a_shipment_that_left_is_not_cancelled() -> None:
    given(SHIPMENT, prepared(), DISPATCHED).when(cancel()).refused(Refused)


def test_a_late_attempt_to_prepare_does_not_bring_a_shipment_back() -> None:
    given(SHIPMENT, prepared(1), DISPATCHED, prepared(2)).when(DELIVER).then(DELIVERED)


@pytest.mark.parametrize("command", [DISPATCH, DELIVER], ids=["dispatch", "deliver"])
def test_a_shipment_that_is_not_prepared_does_not_move(command: ShipmentCommand) -> None:
    given(SHIPMENT).when(command).refused(NotFound)
    given(SHIPMENT, prepared(), cancelled()).when(command).refused(TransitionRefused)
    given(SHIPMENT, cancelled(shipment=None)).when(command).refused(TransitionRefused)


def test_a_shipment_arrives_only_after_it_left() -> None:
    given(SHIPMENT, prepared()).when(DELIVER).refused(TransitionRefused)


ATTEMPTS = st.integers(1, 3)
COMMANDS: st.SearchStrategy[ShipmentCommand] = st.one_of(
    st.builds(prepare, ATTEMPTS), st.builds(refuse, ATTEMPTS), st.builds(cancel, ATTEMPTS), st.just(DISPATCH)
)


def decide_unless_refused(commands: Sequence[ShipmentCommand]) -> list[ShipmentEvent]:
    """The events of these commands, decided in turn; refused ones lead to none."""
    events: list[ShipmentEvent] = []
    for command in commands:
        try:
            events.extend(SHIPMENT.decide(command, SHIPMENT.fold(events)))
        except AIOutletError:
            continue
    return events


@for_all(st.lists(COMMANDS, max_size=20), COMMANDS)
def test_a_second_delivery_decides_nothing(commands: list[ShipmentCommand], command: ShipmentCommand) -> None:
    assert decide_unless_refused([*commands, command, command]) == decide_unless_refused([*commands, command])


@for_all(st.lists(COMMANDS, max_size=20))
def test_a_cancelled_shipment_never_leaves(commands: list[ShipmentCommand]) -> None:
    has_label = False
    for event in decide_unless_refused(commands):
        has_label = isinstance(event, ShippingPrepared) or (has_label and not isinstance(event, ShippingCancelled))
        assert has_label or not isinstance(event, ShippingDispatched)

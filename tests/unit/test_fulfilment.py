"""The fulfilment saga: given these messages, it records these events and sends these commands."""

from datetime import timedelta

import pytest

from domain.fulfilment.inputs import DeadlinePassed
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import State
from domain.fulfilment.step import CANCEL_TIMER, NOTHING, SetTimer
from schemas.order import CompleteOrder, FailOrder, OrderStatus
from schemas.saga import (
    InventoryReservation,
    PaymentProcessing,
    SagaCompensationStarted,
    SagaRetryScheduled,
    Step,
)
from schemas.warehouse import InventoryExpired
from tests.examples import HELD, LAMP, NOON, ORDER_ID, RESERVATION_ID
from tests.unit.fulfilment_story import (
    CREATED,
    INVENTORY,
    INVENTORY_FIRST,
    PAYMENT,
    SHIPPING,
    Story,
    created,
    deadline,
    expired,
    failed,
    moves,
    reached,
    succeeded,
    undone,
)


def test_the_happy_path_records_exactly_these_events() -> None:
    story = reached(PAYMENT, INVENTORY, SHIPPING)
    assert [event.wire_name for event in story.events] == [
        "saga.started",
        "payment.processing",
        "inventory.reservation",
        "shipping.preparation",
        "inventory.confirmation",
        "saga.completed",
    ]
    assert moves(story.commands) == ["Processing", "Payment Processed", "Inventory Reserved", "Shipping Prepared"]
    assert story.ends == [CompleteOrder(order_id=ORDER_ID)]
    assert story.timer is None


def test_every_request_sets_its_own_deadline() -> None:
    assert created().result.timer == SetTimer(NOON + timedelta(seconds=30), "payment/forward/1")
    paid = reached(PAYMENT)
    assert paid.result.timer == SetTimer(NOON + timedelta(seconds=11), "inventory/forward/1")
    held = reached(PAYMENT, INVENTORY)
    assert held.result.timer == SetTimer(NOON + timedelta(seconds=62), "shipping/forward/1")
    assert reached(*Step).result.timer is CANCEL_TIMER


def test_the_payment_request_has_the_total_of_the_order() -> None:
    _, request = created().result.events
    assert request == PaymentProcessing(
        order_id=ORDER_ID,
        attempt=1,
        customer_id=CREATED.customer_id,
        amount=CREATED.total_amount,
        currency="USD",
        payment_method=CREATED.payment_method,
        idempotency_key=f"{ORDER_ID}/payment",
    )


def test_lines_of_one_product_are_reserved_as_one_line() -> None:
    twice = CREATED.model_copy(update={"items": (*CREATED.items, LAMP)})
    (request,) = Story().receive(twice, succeeded(PAYMENT)).result.events
    assert isinstance(request, InventoryReservation)
    assert {line.product_id: line.quantity for line in request.items} == {
        HELD[0].product_id: 2,
        HELD[1].product_id: 2,
    }


def test_a_running_saga_keeps_the_order_of_its_steps() -> None:
    story = Story(INVENTORY_FIRST).receive(CREATED)
    assert story.recorded == ["saga.started", "inventory.reservation"]
    later = Story(POLICY, saga=story.saga).receive(succeeded(INVENTORY))
    assert later.recorded == ["payment.processing"]
    assert later.receive(failed(PAYMENT)).recorded == ["saga.compensation.started", "inventory.release"]


def test_a_policy_names_every_step_once() -> None:
    with pytest.raises(ValueError, match="every step once"):
        Policy(steps=(PAYMENT, SHIPPING))


def test_a_declined_payment_fails_the_order_with_nothing_to_undo() -> None:
    story = created().receive(failed(PAYMENT))
    assert (story.state, story.recorded) == (State.FAILED, ["saga.failed"])
    assert story.commands[-1] == FailOrder(order_id=ORDER_ID, reason="card_declined", failed_step="payment")
    assert story.result.timer is CANCEL_TIMER


def test_a_shortage_refunds_the_payment_and_fails_the_order() -> None:
    story = reached(PAYMENT).receive(failed(INVENTORY, retriable=True))
    assert story.recorded == ["saga.compensation.started", "payment.refund"]
    assert moves(story.result.commands) == [OrderStatus.FAILING]
    story = story.receive(undone(PAYMENT))
    assert (story.state, story.recorded) == (State.FAILED, ["saga.step.completed", "saga.failed"])
    assert story.ends == [FailOrder(order_id=ORDER_ID, reason="shortage", failed_step="inventory")]


def test_a_refusal_of_the_carrier_releases_the_stock_and_then_refunds_the_payment() -> None:
    story = reached(PAYMENT, INVENTORY).receive(failed(SHIPPING))
    assert story.recorded == ["saga.compensation.started", "inventory.release"]
    story = story.receive(undone(INVENTORY))
    assert story.recorded == ["saga.step.completed", "payment.refund"]
    assert story.receive(undone(PAYMENT)).state is State.FAILED


def test_a_retriable_failure_is_retried_later_with_the_same_key() -> None:
    story = created().receive(failed(PAYMENT, retriable=True))
    (scheduled,) = story.result.events
    assert isinstance(scheduled, SagaRetryScheduled)
    assert story.timer == SetTimer(scheduled.retry_at, "payment/forward/1/retry")
    first, second = [event for event in story.fire_timer().events if isinstance(event, PaymentProcessing)]
    assert second == first.model_copy(update={"attempt": 2})


def test_retry_delays_double_and_their_jitter_is_deterministic() -> None:
    once, twice = POLICY.retry_delay(ORDER_ID, 1, 1), POLICY.retry_delay(ORDER_ID, 2, 2)
    assert timedelta(seconds=0.8) <= once <= timedelta(seconds=1.2)
    assert timedelta(seconds=1.6) <= twice <= timedelta(seconds=2.4)
    assert once == POLICY.retry_delay(ORDER_ID, 1, 1) != POLICY.retry_delay("another", 1, 1)


def test_a_third_retriable_failure_is_final() -> None:
    story = created()
    for attempt in (1, 2):
        story = story.receive(failed(PAYMENT, attempt, retriable=True)).fire_timer()
    assert story.receive(failed(PAYMENT, 3, retriable=True)).state is State.FAILED


def test_an_unanswered_request_is_repeated_twice_and_then_undone() -> None:
    story = reached(PAYMENT, INVENTORY).fire_timer(2)
    assert story.recorded == ["saga.step.timed.out", "shipping.preparation"]
    story = story.fire_timer()
    assert story.recorded == ["saga.step.timed.out", "saga.compensation.started", "shipping.cancel"]
    _, compensation, _ = story.result.events
    assert isinstance(compensation, SagaCompensationStarted)
    assert compensation.undo == (SHIPPING, INVENTORY, PAYMENT)
    assert compensation.failed_step is SHIPPING


def test_the_success_of_an_earlier_attempt_counts_and_its_failure_does_not() -> None:
    story = created().fire_timer()
    assert story.receive(failed(PAYMENT, 1)).result is NOTHING
    assert story.receive(succeeded(PAYMENT, 1)).recorded == ["inventory.reservation"]


@pytest.mark.parametrize("token", ["payment/forward/1", "payment/forward/1/retry", "inventory/forward/2", ""])
def test_a_deadline_of_another_request_does_nothing(token: str) -> None:
    assert reached(PAYMENT).receive(DeadlinePassed(ORDER_ID, token)).result is NOTHING


def test_an_expired_reservation_is_renewed_while_shipping_goes_on() -> None:
    story = reached(PAYMENT, INVENTORY).receive(expired())
    assert (story.state, story.recorded) == (State.SHIPPING_PROCESSING, ["inventory.reservation"])
    story = story.receive(succeeded(INVENTORY, 2))
    assert story.state is State.SHIPPING_PROCESSING
    assert story.timer
    assert story.timer.token == "shipping/forward/1/resumed-2"
    assert story.receive(succeeded(SHIPPING)).state is State.COMPLETED


def test_a_label_that_comes_while_the_reservation_is_renewed_waits_for_it() -> None:
    story = reached(PAYMENT, INVENTORY).receive(expired(), succeeded(SHIPPING))
    assert (story.state, story.ends) == (State.SHIPPING_PROCESSING, [])
    assert story.receive(succeeded(INVENTORY, 2)).recorded == ["inventory.confirmation", "saga.completed"]


def test_a_reservation_that_cannot_be_renewed_undoes_what_is_done_or_unknown() -> None:
    story = reached(PAYMENT, INVENTORY).receive(expired(), failed(INVENTORY, 2))
    assert story.recorded == ["saga.compensation.started", "shipping.cancel"]
    assert story.receive(undone(SHIPPING)).recorded == ["saga.step.completed", "payment.refund"]


def test_the_answer_to_the_first_reservation_does_not_renew_it() -> None:
    assert reached(PAYMENT, INVENTORY).receive(expired(), succeeded(INVENTORY, 1)).result is NOTHING


def test_a_reservation_that_expired_before_its_confirmation_is_renewed_and_confirmed() -> None:
    story = reached(*Step).receive(expired())
    assert (story.state, story.recorded) == (State.SHIPPING_PROCESSING, ["inventory.reservation"])
    story = story.receive(succeeded(INVENTORY, 2))
    assert (story.state, story.recorded) == (State.COMPLETED, ["inventory.confirmation", "saga.completed"])


def test_an_expiry_of_before_the_renewal_is_no_other_expiry() -> None:
    renewed = reached(PAYMENT, INVENTORY).receive(expired(1), succeeded(INVENTORY, 2))
    assert renewed.receive(expired(1)).result is NOTHING
    assert renewed.receive(expired(2)).recorded == ["inventory.reservation"]


def test_what_a_repeated_request_reserved_may_expire_as_what_the_first_one_did() -> None:
    waited = reached(PAYMENT).fire_timer().receive(succeeded(INVENTORY, 1))
    assert waited.receive(expired(1)).recorded == ["inventory.reservation"]
    assert waited.receive(succeeded(INVENTORY, 2), expired(2)).recorded == ["inventory.reservation"]


@pytest.mark.parametrize("policy", [POLICY, INVENTORY_FIRST], ids=["payment first", "inventory first"])
def test_a_reservation_that_expires_over_and_over_fails_the_order(policy: Policy) -> None:
    done = policy.steps[: policy.steps.index(INVENTORY) + 1]
    waiting = created(policy).receive(*map(succeeded, done))
    state = waiting.state
    for renewal in range(1, policy.max_renewals + 1):
        waiting = waiting.receive(expired(renewal), succeeded(INVENTORY, renewal + 1))
        assert waiting.state is state
    given_up = waiting.receive(expired(policy.max_renewals + 1))
    assert given_up.state is State.COMPENSATING
    assert (given_up.saga.failed_step, given_up.saga.reason) == (INVENTORY, "inventory.expired")
    assert given_up.recorded == [
        "saga.compensation.started",
        "payment.refund" if state is State.PAYMENT_PROCESSING else "shipping.cancel",
    ]


def test_an_expiry_that_was_recorded_before_attempts_were_is_believed() -> None:
    old = InventoryExpired(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD)
    assert reached(PAYMENT, INVENTORY).receive(old).recorded == ["inventory.reservation"]


def test_a_message_about_an_order_without_a_saga_does_nothing() -> None:
    assert Story().receive(succeeded(PAYMENT)).result is NOTHING


def test_a_stale_deadline_of_a_retry_does_nothing() -> None:
    story = created().receive(failed(PAYMENT, retriable=True))
    assert story.receive(deadline(PAYMENT)).result is NOTHING
    assert story.fire_timer().receive(deadline(PAYMENT, suffix="/retry")).result is NOTHING

"""The fulfilment saga, told as stories: what happened, and what it asks for next."""

from datetime import timedelta

import pytest

from domain.fulfilment.context import DeadlinePassed
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
from tests.examples import HELD, LAMP, NOON, ORDER_ID
from tests.unit.fulfilment_story import (
    CREATED,
    EXPIRED,
    INVENTORY,
    INVENTORY_FIRST,
    PAYMENT,
    SHIPPING,
    Story,
    created,
    deadline,
    failed,
    moves,
    reached,
    succeeded,
    undone,
)


def test_the_happy_path_records_exactly_what_the_contract_says() -> None:
    story = reached(PAYMENT, INVENTORY, SHIPPING)
    assert [event.wire_name for event in story.events] == [
        "saga.started",
        "payment.processing",
        "inventory.reservation",
        "shipping.preparation",
        "inventory.confirmation",
        "saga.completed",
    ]
    assert moves(story.orders) == ["Processing", "Payment Processed", "Inventory Reserved", "Shipping Prepared"]
    assert story.ends == [CompleteOrder(order_id=ORDER_ID)]
    assert story.timer is None


def test_every_request_sets_its_own_deadline() -> None:
    assert created().reaction.timer == SetTimer(NOON + timedelta(seconds=30), "payment/forward/1")
    paid = reached(PAYMENT)
    assert paid.reaction.timer == SetTimer(NOON + timedelta(seconds=11), "inventory/forward/1")
    held = reached(PAYMENT, INVENTORY)
    assert held.reaction.timer == SetTimer(NOON + timedelta(seconds=62), "shipping/forward/1")
    assert reached(*Step).reaction.timer is CANCEL_TIMER


def test_payment_is_asked_for_with_the_order_s_total() -> None:
    _, request = created().reaction.events
    assert request == PaymentProcessing(
        order_id=ORDER_ID,
        attempt=1,
        customer_id=CREATED.customer_id,
        amount=CREATED.total_amount,
        currency="USD",
        payment_method=CREATED.payment_method,
        idempotency_key=f"{ORDER_ID}/payment",
    )


def test_pieces_of_one_product_are_asked_for_as_one_line() -> None:
    twice = CREATED.model_copy(update={"items": (*CREATED.items, LAMP)})
    (request,) = Story().tell(twice, succeeded(PAYMENT)).reaction.events
    assert isinstance(request, InventoryReservation)
    assert {line.product_id: line.quantity for line in request.items} == {
        HELD[0].product_id: 2,
        HELD[1].product_id: 2,
    }


def test_inventory_may_come_first_and_stays_first_for_a_saga_that_runs() -> None:
    story = Story(INVENTORY_FIRST).tell(CREATED)
    assert story.asked == ["saga.started", "inventory.reservation"]
    later = Story(POLICY, saga=story.saga).tell(succeeded(INVENTORY))
    assert later.asked == ["payment.processing"]
    assert later.tell(failed(PAYMENT)).asked == ["saga.compensation.started", "inventory.release"]


def test_a_policy_names_every_step_once() -> None:
    with pytest.raises(ValueError, match="every step once"):
        Policy(steps=(PAYMENT, SHIPPING))


def test_a_declined_payment_fails_the_order_with_nothing_to_undo() -> None:
    story = created().tell(failed(PAYMENT))
    assert (story.state, story.asked) == (State.FAILED, ["saga.failed"])
    assert story.orders[-1] == FailOrder(order_id=ORDER_ID, reason="card_declined", failed_step="payment")
    assert story.reaction.timer is CANCEL_TIMER


def test_a_shortage_gives_the_money_back_and_then_fails() -> None:
    story = reached(PAYMENT).tell(failed(INVENTORY, retriable=True))
    assert story.asked == ["saga.compensation.started", "payment.refund"]
    assert moves(story.reaction.orders) == [OrderStatus.FAILING]
    story = story.tell(undone(PAYMENT))
    assert (story.state, story.asked) == (State.FAILED, ["saga.step.completed", "saga.failed"])
    assert story.ends == [FailOrder(order_id=ORDER_ID, reason="shortage", failed_step="inventory")]


def test_a_refusing_carrier_releases_the_stock_before_the_money() -> None:
    story = reached(PAYMENT, INVENTORY).tell(failed(SHIPPING))
    assert story.asked == ["saga.compensation.started", "inventory.release"]
    story = story.tell(undone(INVENTORY))
    assert story.asked == ["saga.step.completed", "payment.refund"]
    assert story.tell(undone(PAYMENT)).state is State.FAILED


def test_a_retriable_failure_asks_again_after_a_while_with_the_same_key() -> None:
    story = created().tell(failed(PAYMENT, retriable=True))
    (scheduled,) = story.reaction.events
    assert isinstance(scheduled, SagaRetryScheduled)
    assert story.timer == SetTimer(scheduled.retry_at, "payment/forward/1/retry")
    first, second = [event for event in story.wait().events if isinstance(event, PaymentProcessing)]
    assert second == first.model_copy(update={"attempt": 2})


def test_the_pauses_double_and_the_jitter_is_the_same_each_time() -> None:
    once, twice = POLICY.retry_delay(ORDER_ID, 1, 1), POLICY.retry_delay(ORDER_ID, 2, 2)
    assert timedelta(seconds=0.8) <= once <= timedelta(seconds=1.2)
    assert timedelta(seconds=1.6) <= twice <= timedelta(seconds=2.4)
    assert once == POLICY.retry_delay(ORDER_ID, 1, 1) != POLICY.retry_delay("another", 1, 1)


def test_a_third_retriable_failure_is_final() -> None:
    story = created()
    for attempt in (1, 2):
        story = story.tell(failed(PAYMENT, attempt, retriable=True)).wait()
    assert story.tell(failed(PAYMENT, 3, retriable=True)).state is State.FAILED


def test_silence_is_asked_again_twice_and_then_undone_as_unknown() -> None:
    story = reached(PAYMENT, INVENTORY).wait().wait()
    assert story.asked == ["saga.step.timed.out", "shipping.preparation"]
    story = story.wait()
    assert story.asked == ["saga.step.timed.out", "saga.compensation.started", "shipping.cancel"]
    _, compensation, _ = story.reaction.events
    assert isinstance(compensation, SagaCompensationStarted)
    assert compensation.undo == (SHIPPING, INVENTORY, PAYMENT)
    assert compensation.failed_step is SHIPPING


def test_an_answer_to_an_earlier_attempt_is_welcome_and_its_failure_is_not() -> None:
    story = created().wait()
    assert story.tell(failed(PAYMENT, 1)).reaction is NOTHING
    assert story.tell(succeeded(PAYMENT, 1)).asked == ["inventory.reservation"]


@pytest.mark.parametrize("token", ["payment/forward/1", "payment/forward/1/retry", "inventory/forward/2", ""])
def test_a_deadline_of_another_turn_does_nothing(token: str) -> None:
    assert reached(PAYMENT).tell(DeadlinePassed(ORDER_ID, token)).reaction is NOTHING


def test_an_expired_reservation_is_asked_for_once_more_while_shipping_goes_on() -> None:
    story = reached(PAYMENT, INVENTORY).tell(EXPIRED)
    assert (story.state, story.asked) == (State.SHIPPING_PROCESSING, ["inventory.reservation"])
    story = story.tell(succeeded(INVENTORY, 2))
    assert story.state is State.SHIPPING_PROCESSING
    assert story.timer
    assert story.timer.token == "shipping/forward/1/resumed-2"
    assert story.tell(succeeded(SHIPPING)).state is State.COMPLETED


def test_a_label_that_comes_while_the_reservation_is_renewed_waits_for_it() -> None:
    story = reached(PAYMENT, INVENTORY).tell(EXPIRED, succeeded(SHIPPING))
    assert (story.state, story.ends) == (State.SHIPPING_PROCESSING, [])
    assert story.tell(succeeded(INVENTORY, 2)).asked == ["inventory.confirmation", "saga.completed"]


def test_a_reservation_that_cannot_be_renewed_undoes_what_is_done_or_unknown() -> None:
    story = reached(PAYMENT, INVENTORY).tell(EXPIRED, failed(INVENTORY, 2))
    assert story.asked == ["saga.compensation.started", "shipping.cancel"]
    assert story.tell(undone(SHIPPING)).asked == ["saga.step.completed", "payment.refund"]


def test_the_first_reservation_s_word_does_not_renew_it() -> None:
    assert reached(PAYMENT, INVENTORY).tell(EXPIRED, succeeded(INVENTORY, 1)).reaction is NOTHING


def test_a_reservation_that_ran_out_before_its_confirmation_is_renewed_and_confirmed() -> None:
    story = reached(*Step).tell(EXPIRED)
    assert (story.state, story.asked) == (State.SHIPPING_PROCESSING, ["inventory.reservation"])
    story = story.tell(succeeded(INVENTORY, 2))
    assert (story.state, story.asked) == (State.COMPLETED, ["inventory.confirmation", "saga.completed"])


def test_a_message_about_an_order_without_a_saga_does_nothing() -> None:
    assert Story().tell(succeeded(PAYMENT)).reaction is NOTHING


def test_a_stale_deadline_of_a_retry_does_nothing() -> None:
    story = created().tell(failed(PAYMENT, retriable=True))
    assert story.tell(deadline(PAYMENT)).reaction is NOTHING
    assert story.wait().tell(deadline(PAYMENT, mark="/retry")).reaction is NOTHING

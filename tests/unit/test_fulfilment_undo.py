"""How the fulfilment saga compensates: cancellations, late answers, operators."""

import pytest

from domain.fulfilment.state import State
from domain.fulfilment.step import CANCEL_TIMER, NOTHING
from schemas.order import CancelOrder, FailOrder, OrderStatus
from schemas.saga import (
    PaymentRefund,
    Resolution,
    SagaResolutionRequested,
    Step,
)
from tests.examples import ORDER_ID
from tests.unit.fulfilment_story import (
    CANCELLATION,
    INVENTORY,
    INVENTORY_FIRST,
    PAYMENT,
    RESOLUTIONS,
    SHIPPED,
    SHIPPING,
    VOIDED,
    Story,
    created,
    failed,
    moves,
    operator,
    reached,
    refund_failed,
    succeeded,
    undone,
)


@pytest.mark.parametrize(
    ("done", "undoes"),
    [
        ((), [PAYMENT]),
        ((PAYMENT,), [INVENTORY, PAYMENT]),
        ((PAYMENT, INVENTORY), [SHIPPING, INVENTORY, PAYMENT]),
        ((PAYMENT, INVENTORY, SHIPPING), [SHIPPING, INVENTORY, PAYMENT]),
    ],
)
def test_a_cancellation_undoes_the_running_step_and_all_before_it(done: tuple[Step, ...], undoes: list[Step]) -> None:
    story = reached(*done).receive(CANCELLATION)
    assert moves(story.result.commands) == [OrderStatus.CANCELLING]
    story = story.receive(*(undone(step) for step in undoes))
    assert story.state is State.CANCELLED
    assert story.ends[-1] == CancelOrder(order_id=ORDER_ID, reason="changed my mind")


def test_what_is_shipped_is_not_cancelled() -> None:
    story = reached(*Step).receive(SHIPPED)
    assert (story.state, story.recorded) == (State.SHIPPED, ["saga.closed"])
    assert story.receive(CANCELLATION).result is NOTHING


def test_an_order_that_is_failing_is_not_cancelled() -> None:
    assert reached(PAYMENT).receive(failed(INVENTORY), CANCELLATION).result is NOTHING


def test_a_late_success_during_compensation_is_undone_too() -> None:
    story = created().fire_timer(3).receive(VOIDED)
    assert story.state is State.FAILED
    undoing = reached(PAYMENT).receive(CANCELLATION, undone(INVENTORY), succeeded(INVENTORY))
    assert undoing.recorded == ["saga.step.completed"]
    assert undoing.receive(undone(PAYMENT)).recorded == ["saga.step.completed", "inventory.release"]


@pytest.mark.parametrize("ending", ["fail", "cancel"])
def test_a_late_success_after_the_end_is_undone_and_the_order_ends_once(ending: str) -> None:
    ended = created().receive(CANCELLATION, VOIDED) if ending == "cancel" else created().receive(failed(PAYMENT))
    late = ended.receive(succeeded(PAYMENT))
    assert late.recorded == ["saga.step.completed", "saga.compensation.started", "payment.refund"]
    again = late.receive(undone(PAYMENT))
    assert again.state is ended.state
    assert late.result.commands == again.result.commands == ()
    assert again.receive(succeeded(PAYMENT)).result is NOTHING


def two_refunds_failed() -> Story:
    """The third and last refund is requested."""
    story = reached(PAYMENT).receive(failed(INVENTORY))
    return story.receive(refund_failed(1)).fire_timer().receive(refund_failed(2)).fire_timer()


def stuck() -> Story:
    return two_refunds_failed().receive(refund_failed(3))


def test_a_refund_that_fails_three_times_gets_stuck() -> None:
    story = two_refunds_failed()
    assert story.state is State.COMPENSATING
    story = story.receive(refund_failed(3))
    assert (story.state, story.recorded) == (State.STUCK, ["saga.stuck"])
    assert moves(story.result.commands) == [OrderStatus.COMPENSATION_STUCK]
    assert story.result.timer is CANCEL_TIMER


def test_an_undo_that_is_never_answered_gets_stuck_too() -> None:
    story = reached(PAYMENT).receive(failed(INVENTORY)).fire_timer(3)
    assert (story.state, story.recorded) == (State.STUCK, ["saga.step.timed.out", "saga.stuck"])


def test_an_operator_may_retry_with_a_new_round_of_attempts() -> None:
    story = stuck().receive(operator("retry"))
    assert story.recorded == ["saga.resolved", "payment.refund"]
    assert moves(story.result.commands) == [OrderStatus.FAILING]
    _, again = story.result.events
    assert isinstance(again, PaymentRefund)
    assert again.attempt == 4
    again_stuck = story.receive(refund_failed(4)).fire_timer().receive(refund_failed(5)).fire_timer()
    assert again_stuck.receive(refund_failed(6)).state is State.STUCK
    assert story.receive(undone(PAYMENT)).state is State.FAILED


def test_an_operator_may_mark_the_undo_done() -> None:
    story = (
        reached(PAYMENT, INVENTORY)
        .receive(failed(SHIPPING))
        .fire_timer()
        .fire_timer()
        .fire_timer()
        .receive(operator("mark done"))
    )
    assert story.recorded == ["saga.resolved", "payment.refund"]
    last = stuck().receive(operator("mark done"))
    assert last.ends == [FailOrder(order_id=ORDER_ID, reason="shortage", failed_step="inventory")]


def test_an_operator_may_force_the_order_to_fail() -> None:
    story = stuck().receive(operator("force fail"))
    assert (story.state, story.recorded) == (State.FAILED, ["saga.resolved", "saga.failed"])
    assert story.ends == [FailOrder(order_id=ORDER_ID, reason="bank statement 7", failed_step="inventory")]


def test_what_else_was_done_is_undone_after_an_order_was_forced_to_fail() -> None:
    story = created(INVENTORY_FIRST).receive(succeeded(INVENTORY), succeeded(PAYMENT), CANCELLATION, undone(SHIPPING))
    for attempt in (1, 2, 3):
        story = story.receive(refund_failed(attempt))
        story = story.fire_timer() if attempt < 3 else story
    forced = story.receive(operator("force fail"))
    assert forced.state is State.COMPENSATING
    assert forced.recorded == ["saga.resolved", "saga.failed", "saga.compensation.started", "inventory.release"]
    assert forced.ends == [FailOrder(order_id=ORDER_ID, reason="bank statement 7", failed_step="payment")]
    released = forced.receive(undone(INVENTORY))
    assert (released.state, released.recorded) == (State.FAILED, ["saga.step.completed", "saga.failed"])
    assert released.ends == forced.ends


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_what_an_operator_asked_for_is_done_once_also_where_the_saga_is_stuck_again(resolution: Resolution) -> None:
    again = stuck().receive(operator("retry", 3))
    for attempt in (4, 5, 6):
        again = again.receive(refund_failed(attempt))
        again = again.fire_timer() if attempt < 6 else again
    assert again.state is State.STUCK
    assert again.receive(operator("retry", 3)).result is NOTHING
    asked = again.receive(operator(resolution, 6))
    assert asked.recorded[0] == "saga.resolved"
    assert asked.receive(operator(resolution, 6)).result is NOTHING


@pytest.mark.parametrize("resolve", [operator("retry"), operator("mark done"), operator("force fail")])
def test_only_a_stuck_saga_can_be_resolved(resolve: SagaResolutionRequested) -> None:
    assert reached(PAYMENT).receive(resolve).result is NOTHING


@pytest.mark.parametrize(
    ("done", "step", "undoes"),
    [
        ((), PAYMENT, [PAYMENT]),
        ((PAYMENT,), INVENTORY, [INVENTORY, PAYMENT]),
        ((PAYMENT, INVENTORY), SHIPPING, [SHIPPING, INVENTORY, PAYMENT]),
    ],
)
def test_a_step_that_fails_is_undone_where_an_earlier_attempt_gave_no_answer(
    done: tuple[Step, ...], step: Step, undoes: list[Step]
) -> None:
    story = reached(*done).fire_timer().receive(failed(step, 2))
    assert moves(story.result.commands) == [OrderStatus.FAILING]
    story = story.receive(*(undone(each) for each in undoes[:-1]))
    assert story.state is State.COMPENSATING
    assert story.receive(undone(PAYMENT)).state is State.FAILED


def test_an_attempt_without_an_answer_is_remembered_over_a_retry() -> None:
    story = created().fire_timer().receive(failed(PAYMENT, 2, retriable=True)).fire_timer()
    assert story.receive(failed(PAYMENT, 3)).recorded == ["saga.compensation.started", "payment.refund"]


def test_a_payment_of_which_every_attempt_failed_is_not_undone() -> None:
    story = created().receive(failed(PAYMENT, 1, retriable=True)).fire_timer().receive(failed(PAYMENT, 2))
    assert (story.state, story.recorded) == (State.FAILED, ["saga.failed"])

"""How the fulfilment saga takes things back: cancellations, late answers, operators."""

import pytest

from domain.fulfilment.context import Resolve
from domain.fulfilment.state import State
from domain.fulfilment.step import CANCEL_TIMER, NOTHING
from schemas.order import CancelOrder, FailOrder, OrderStatus
from schemas.saga import (
    PaymentRefund,
    Step,
)
from tests.examples import ORDER_ID
from tests.unit.fulfilment_story import (
    CANCELLATION,
    INVENTORY,
    PAYMENT,
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
    story = reached(*done).tell(CANCELLATION)
    assert moves(story.reaction.orders) == [OrderStatus.CANCELLING]
    story = story.tell(*(undone(step) for step in undoes))
    assert story.state is State.CANCELLED
    assert story.ends[-1] == CancelOrder(order_id=ORDER_ID, reason="changed my mind")


def test_what_is_shipped_is_not_cancelled() -> None:
    story = reached(*Step).tell(SHIPPED)
    assert (story.state, story.asked) == (State.SHIPPED, ["saga.closed"])
    assert story.tell(CANCELLATION).reaction is NOTHING


def test_an_order_that_fails_already_is_not_cancelled_too() -> None:
    assert reached(PAYMENT).tell(failed(INVENTORY), CANCELLATION).reaction is NOTHING


def test_a_late_success_while_undoing_joins_the_list() -> None:
    story = created().wait().wait().wait().tell(VOIDED)
    assert story.state is State.FAILED
    undoing = reached(PAYMENT).tell(CANCELLATION, undone(INVENTORY), succeeded(INVENTORY))
    assert undoing.asked == ["saga.step.completed"]
    assert undoing.tell(undone(PAYMENT)).asked == ["saga.step.completed", "inventory.release"]


@pytest.mark.parametrize("ending", ["fail", "cancel"])
def test_a_late_success_after_the_end_is_undone_and_the_order_ends_once(ending: str) -> None:
    ended = created().tell(CANCELLATION, VOIDED) if ending == "cancel" else created().tell(failed(PAYMENT))
    late = ended.tell(succeeded(PAYMENT))
    assert late.asked == ["saga.step.completed", "saga.compensation.started", "payment.refund"]
    again = late.tell(undone(PAYMENT))
    assert again.state is ended.state
    assert late.reaction.orders == again.reaction.orders == ()
    assert again.tell(succeeded(PAYMENT)).reaction is NOTHING


def stuck() -> Story:
    return reached(PAYMENT).tell(failed(INVENTORY), refund_failed(1)).wait().tell(refund_failed(2)).wait()


def test_a_refund_that_fails_three_times_gets_stuck() -> None:
    story = stuck()
    assert story.state is State.COMPENSATING
    story = story.tell(refund_failed(3))
    assert (story.state, story.asked) == (State.STUCK, ["saga.stuck"])
    assert moves(story.reaction.orders) == [OrderStatus.COMPENSATION_STUCK]
    assert story.reaction.timer is CANCEL_TIMER


def test_an_undo_that_is_never_answered_gets_stuck_too() -> None:
    story = reached(PAYMENT).tell(failed(INVENTORY)).wait().wait().wait()
    assert (story.state, story.asked) == (State.STUCK, ["saga.step.timed.out", "saga.stuck"])


def test_an_operator_may_try_again_with_attempts_anew() -> None:
    story = stuck().tell(refund_failed(3), operator("retry"))
    assert story.asked == ["saga.resolved", "payment.refund"]
    assert moves(story.reaction.orders) == [OrderStatus.FAILING]
    _, again = story.reaction.events
    assert isinstance(again, PaymentRefund)
    assert again.attempt == 4
    assert story.tell(refund_failed(4)).wait().tell(refund_failed(5)).wait().tell(refund_failed(6)).state is State.STUCK
    assert story.tell(undone(PAYMENT)).state is State.FAILED


def test_an_operator_may_mark_the_undo_done() -> None:
    story = reached(PAYMENT, INVENTORY).tell(failed(SHIPPING)).wait().wait().wait().tell(operator("mark done"))
    assert story.asked == ["saga.resolved", "payment.refund"]
    last = stuck().tell(refund_failed(3), operator("mark done"))
    assert last.ends == [FailOrder(order_id=ORDER_ID, reason="shortage", failed_step="inventory")]


def test_an_operator_may_force_the_order_to_fail() -> None:
    story = stuck().tell(refund_failed(3), operator("force fail"))
    assert (story.state, story.asked) == (State.FAILED, ["saga.resolved", "saga.failed"])
    assert story.ends == [FailOrder(order_id=ORDER_ID, reason="bank statement 7", failed_step="inventory")]


@pytest.mark.parametrize("resolve", [operator("retry"), operator("mark done"), operator("force fail")])
def test_only_a_stuck_saga_can_be_resolved(resolve: Resolve) -> None:
    assert reached(PAYMENT).tell(resolve).reaction is NOTHING

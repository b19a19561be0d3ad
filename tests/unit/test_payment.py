"""One payment: charged once and refunded once, whatever comes late, twice or out of order."""

from collections.abc import Sequence

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.payment import PAYMENT, charge_refusal, is_charged, payment_id
from schemas.errors import Refused
from schemas.payment import (
    Charge,
    PaymentCommand,
    PaymentEvent,
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
    PaymentVoided,
    Refund,
    Void,
)
from tests.spec import decide_all, given

ID = payment_id("o-1")


def charge(attempt: int = 1, code: str = "approved", *, retriable: bool = False) -> Charge:
    return Charge(
        order_id="o-1",
        attempt=attempt,
        amount=1_561,
        currency="USD",
        idempotency_key="o-1/payment",
        approved=code == "approved",
        code=code,
        retriable=retriable,
    )


def processed(attempt: int = 1) -> PaymentProcessed:
    return PaymentProcessed(order_id="o-1", payment_id=ID, amount=1_561, currency="USD", attempt=attempt)


def failed(attempt: int = 1, code: str = "card_declined", *, retriable: bool = False) -> PaymentFailed:
    return PaymentFailed(order_id="o-1", code=code, retriable=retriable, attempt=attempt)


def refund(attempt: int = 1, *, approved: bool = True) -> Refund:
    code = "approved" if approved else "refund_refused"
    return Refund(order_id="o-1", attempt=attempt, approved=approved, code=code)


def refunded(attempt: int = 1) -> PaymentRefunded:
    return PaymentRefunded(order_id="o-1", payment_id=ID, amount=1_561, currency="USD", attempt=attempt)


def not_refunded(attempt: int = 1) -> PaymentRefundFailed:
    return PaymentRefundFailed(order_id="o-1", payment_id=ID, code="refund_refused", attempt=attempt)


def void(attempt: int = 1) -> Void:
    return Void(order_id="o-1", attempt=attempt)


def voided(attempt: int = 1) -> PaymentVoided:
    return PaymentVoided(order_id="o-1", attempt=attempt)


def test_an_approved_charge_is_processed() -> None:
    given(PAYMENT).when(charge()).then(processed())


def test_a_declined_charge_fails_for_good() -> None:
    given(PAYMENT).when(charge(code="card_declined")).then(failed())


def test_a_flaky_provider_fails_for_now_and_the_next_attempt_succeeds() -> None:
    flaky = [charge(attempt, "provider_error", retriable=True) for attempt in (1, 2)]
    failures = [failed(attempt, "provider_error", retriable=True) for attempt in (1, 2)]
    assert decide_all(PAYMENT, *flaky, charge(3)) == [*failures, processed(3)]


def test_the_same_attempt_again_decides_nothing() -> None:
    given(PAYMENT, processed()).when(charge()).then()
    given(PAYMENT, failed()).when(charge(code="card_declined")).then()


def test_a_new_attempt_to_charge_is_answered_with_the_same_payment() -> None:
    given(PAYMENT, processed(1)).when(charge(2)).then(processed(2))
    given(PAYMENT, processed(1)).when(charge(2, "provider_error", retriable=True)).then(processed(2))


def test_late_answers_to_several_attempts_that_come_twice_are_recorded_once() -> None:
    """Two workers read the same due timers: the second decides on what the first has recorded."""
    late = [charge(attempt) for attempt in (1, 2, 3)]
    assert decide_all(PAYMENT, *late, *late) == [processed(attempt) for attempt in (1, 2, 3)]
    given(PAYMENT, processed(3), refunded()).when(charge(1)).then()


def test_a_late_refusal_of_an_earlier_attempt_decides_nothing() -> None:
    given(PAYMENT, failed(1), failed(2)).when(charge(1, "card_declined")).then()
    given(PAYMENT, processed(1), not_refunded(1), not_refunded(2)).when(refund(1, approved=False)).then()
    given(PAYMENT, voided(1), voided(2)).when(void(1)).then()


def test_a_late_approval_makes_no_later_attempt_new() -> None:
    given(PAYMENT, failed(1), failed(2), processed(1)).when(charge(2, "card_declined")).then()


def test_a_late_charge_is_recorded_even_for_a_failed_attempt() -> None:
    given(PAYMENT, failed(1, "provider_error", retriable=True)).when(charge(1)).then(processed(1))


def test_a_charge_is_refunded_once() -> None:
    given(PAYMENT, processed()).when(refund()).then(refunded())
    given(PAYMENT, processed(), refunded()).when(refund()).then()


def test_a_new_attempt_at_a_refund_is_answered_again() -> None:
    given(PAYMENT, processed(), refunded(1)).when(refund(2)).then(refunded(2))


def test_a_refused_refund_is_recorded_once_per_attempt_and_may_succeed_later() -> None:
    given(PAYMENT, processed()).when(refund(approved=False)).then(not_refunded())
    given(PAYMENT, processed(), not_refunded(1)).when(refund(1, approved=False)).then()
    given(PAYMENT, processed(), not_refunded(1)).when(refund(2, approved=False)).then(not_refunded(2))
    given(PAYMENT, processed(), not_refunded(1)).when(refund(2)).then(refunded(2))


@pytest.mark.parametrize("undo", [refund(), void()], ids=["refund", "void"])
def test_undoing_what_was_never_charged_leaves_a_tombstone(undo: PaymentCommand) -> None:
    given(PAYMENT).when(undo).then(voided())
    given(PAYMENT, failed()).when(undo).then(voided())
    given(PAYMENT, voided()).when(undo).then()


def test_a_new_attempt_at_a_void_is_answered_again() -> None:
    given(PAYMENT, voided(1)).when(void(2)).then(voided(2))


def test_a_charged_payment_cannot_be_voided() -> None:
    given(PAYMENT, processed()).when(void()).refused(Refused)


def test_a_charge_on_a_tombstone_is_refused_without_the_gateway() -> None:
    assert charge_refusal(PAYMENT.fold([voided()])) == "payment_voided"
    assert charge_refusal(PAYMENT.fold([processed(), refunded()])) == "payment_refunded"
    assert charge_refusal(PAYMENT.fold([processed()])) is None
    given(PAYMENT, voided()).when(charge(code="payment_voided")).then(failed(code="payment_voided"))


def test_a_charge_that_comes_too_late_is_recorded_so_that_it_can_be_refunded() -> None:
    assert decide_all(PAYMENT, void(), charge(), refund()) == [voided(), processed(), refunded()]


def test_a_refund_of_a_late_charge_is_answered_even_when_it_fails_at_the_tombstones_attempt() -> None:
    given(PAYMENT, voided(1), processed(1)).when(refund(1, approved=False)).then(not_refunded(1))


def test_nothing_is_charged_after_a_refund() -> None:
    given(PAYMENT, processed(1), refunded(1)).when(charge(2)).then(failed(2, "payment_refunded"))


def test_only_a_charge_needs_the_gateway_to_undo() -> None:
    assert is_charged(PAYMENT.fold([processed()]))
    assert not is_charged(PAYMENT.initial)
    assert not is_charged(PAYMENT.fold([processed(), refunded()]))


ATTEMPTS = st.integers(1, 3)
COMMANDS: st.SearchStrategy[PaymentCommand] = st.one_of(
    st.builds(charge, ATTEMPTS, st.sampled_from(["approved", "card_declined"])),
    st.builds(refund, ATTEMPTS, approved=st.booleans()),
    st.builds(void, ATTEMPTS),
)


def decide_unless_refused(commands: Sequence[PaymentCommand]) -> list[PaymentEvent]:
    """The events of these commands, decided in turn; refused ones lead to none."""
    events: list[PaymentEvent] = []
    for command in commands:
        try:
            events.extend(PAYMENT.decide(command, PAYMENT.fold(events)))
        except Refused:
            continue
    return events


@for_all(st.lists(COMMANDS, max_size=20))
def test_a_payment_is_refunded_only_after_it_was_charged(commands: list[PaymentCommand]) -> None:
    is_charged_before = False
    for event in decide_unless_refused(commands):
        is_charged_before = is_charged_before or isinstance(event, PaymentProcessed)
        assert is_charged_before or not isinstance(event, PaymentRefunded | PaymentRefundFailed)


@for_all(st.lists(COMMANDS, max_size=20), COMMANDS)
def test_a_second_delivery_decides_nothing(commands: list[PaymentCommand], command: PaymentCommand) -> None:
    assert decide_unless_refused([*commands, command, command]) == decide_unless_refused([*commands, command])


@for_all(st.lists(COMMANDS, max_size=20), st.integers(4, 9))
def test_every_new_attempt_to_undo_is_answered(commands: list[PaymentCommand], attempt: int) -> None:
    past = decide_unless_refused(commands)
    answer = PAYMENT.decide(refund(attempt), PAYMENT.fold(past))
    assert [type(event) for event in answer] in ([PaymentRefunded], [PaymentVoided])

"""One payment: charged once, given back once, whatever comes late, twice or in the wrong order."""

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
from tests.spec import given, told

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


def test_an_approved_charge_takes_the_money() -> None:
    given(PAYMENT).when(charge()).then(processed())


def test_a_declined_charge_fails_for_good() -> None:
    given(PAYMENT).when(charge(code="card_declined")).then(failed())


def test_a_flaky_provider_fails_for_now_and_the_next_attempt_succeeds() -> None:
    flaky = [charge(attempt, "provider_error", retriable=True) for attempt in (1, 2)]
    failures = [failed(attempt, "provider_error", retriable=True) for attempt in (1, 2)]
    assert told(PAYMENT, *flaky, charge(3)) == [*failures, processed(3)]


def test_the_same_attempt_again_is_nothing() -> None:
    given(PAYMENT, processed()).when(charge()).then()
    given(PAYMENT, failed()).when(charge(code="card_declined")).then()


def test_a_new_attempt_on_taken_money_is_answered_with_the_same_payment() -> None:
    given(PAYMENT, processed(1)).when(charge(2)).then(processed(2))
    given(PAYMENT, processed(1)).when(charge(2, "provider_error", retriable=True)).then(processed(2))


def test_money_taken_after_all_counts_even_for_an_attempt_that_was_given_up() -> None:
    given(PAYMENT, failed(1, "provider_error", retriable=True)).when(charge(1)).then(processed(1))


def test_a_refund_gives_the_money_back_once() -> None:
    given(PAYMENT, processed()).when(refund()).then(refunded())
    given(PAYMENT, processed(), refunded()).when(refund()).then()


def test_a_new_attempt_at_a_refund_is_answered_again() -> None:
    given(PAYMENT, processed(), refunded(1)).when(refund(2)).then(refunded(2))


def test_a_refused_refund_is_told_once_per_attempt_and_may_succeed_later() -> None:
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


def test_taken_money_cannot_be_voided() -> None:
    given(PAYMENT, processed()).when(void()).refused(Refused)


def test_a_charge_on_a_tombstone_is_refused_before_the_gateway_is_asked() -> None:
    assert charge_refusal(PAYMENT.fold([voided()])) == "payment_voided"
    assert charge_refusal(PAYMENT.fold([processed(), refunded()])) == "payment_refunded"
    assert charge_refusal(PAYMENT.fold([processed()])) is None
    given(PAYMENT, voided()).when(charge(code="payment_voided")).then(failed(code="payment_voided"))


def test_money_taken_too_late_is_recorded_so_that_it_can_be_given_back() -> None:
    assert told(PAYMENT, void(), charge(), refund()) == [voided(), processed(), refunded()]


def test_a_refund_of_late_money_is_answered_even_when_it_fails_at_the_tombstones_attempt() -> None:
    given(PAYMENT, voided(1), processed(1)).when(refund(1, approved=False)).then(not_refunded(1))


def test_the_same_key_takes_no_money_after_a_refund() -> None:
    given(PAYMENT, processed(1), refunded(1)).when(charge(2)).then(failed(2, "payment_refunded"))


def test_only_charged_money_needs_the_gateway_to_undo() -> None:
    assert is_charged(PAYMENT.fold([processed()]))
    assert not is_charged(PAYMENT.initial)
    assert not is_charged(PAYMENT.fold([processed(), refunded()]))


ATTEMPTS = st.integers(1, 3)
COMMANDS: st.SearchStrategy[PaymentCommand] = st.one_of(
    st.builds(charge, ATTEMPTS, st.sampled_from(["approved", "card_declined"])),
    st.builds(refund, ATTEMPTS, approved=st.booleans()),
    st.builds(void, ATTEMPTS),
)


def survive(commands: Sequence[PaymentCommand]) -> list[PaymentEvent]:
    """What happens when these are asked in turn and refusals are taken."""
    events: list[PaymentEvent] = []
    for command in commands:
        try:
            events.extend(PAYMENT.decide(command, PAYMENT.fold(events)))
        except Refused:
            continue
    return events


@for_all(st.lists(COMMANDS, max_size=20))
def test_money_is_given_back_only_after_it_was_taken(commands: list[PaymentCommand]) -> None:
    is_taken = False
    for event in survive(commands):
        is_taken = is_taken or isinstance(event, PaymentProcessed)
        assert is_taken or not isinstance(event, PaymentRefunded | PaymentRefundFailed)


@for_all(st.lists(COMMANDS, max_size=20), COMMANDS)
def test_a_second_delivery_decides_nothing(commands: list[PaymentCommand], command: PaymentCommand) -> None:
    assert survive([*commands, command, command]) == survive([*commands, command])


@for_all(st.lists(COMMANDS, max_size=20), st.integers(4, 9))
def test_every_new_attempt_to_undo_is_answered(commands: list[PaymentCommand], attempt: int) -> None:
    past = survive(commands)
    answer = PAYMENT.decide(refund(attempt), PAYMENT.fold(past))
    assert [type(event) for event in answer] in ([PaymentRefunded], [PaymentVoided])

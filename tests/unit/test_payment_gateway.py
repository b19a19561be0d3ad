"""The gateway simulator answers by token and attempt alone."""

from pathlib import Path

import pytest

from schemas.order import PaymentMethod
from schemas.saga import PaymentProcessing, PaymentRefund
from streams.payment_gateway import DummyGateway, Gateway, GatewayAnswer, RefundAnswer
from streams.provider_books import BookEntry, EntryState, ProviderBooks

GATEWAY: Gateway = DummyGateway()


def charge_of(token: str, attempt: int = 1) -> PaymentProcessing:
    return PaymentProcessing(
        order_id="o-1",
        attempt=attempt,
        customer_id="c-1",
        amount=1_000,
        currency="USD",
        payment_method=PaymentMethod(token=token),
        idempotency_key="o-1/payment",
    )


def refund_of(token: str) -> PaymentRefund:
    return PaymentRefund(
        order_id="o-1",
        attempt=1,
        amount=1_000,
        currency="USD",
        payment_method=PaymentMethod(token=token),
        idempotency_key="o-1/refund",
    )


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        ("tok_ok", GatewayAnswer(approved=True)),
        ("tok_refund_fails", GatewayAnswer(approved=True)),
        ("tok_decline", GatewayAnswer(approved=False, code="card_declined")),
        ("tok_timeout", None),
        ("tok_late", GatewayAnswer(approved=True, after=45.0)),
        ("tok_unknown", GatewayAnswer(approved=False, code="unknown_token")),
    ],
)
@pytest.mark.parametrize("attempt", [1, 2, 3])
async def test_a_token_has_one_answer(token: str, attempt: int, answer: GatewayAnswer | None) -> None:
    assert await DummyGateway(late_after=45.0).charge(charge_of(token, attempt)) == answer


async def test_the_flaky_token_fails_twice_and_then_succeeds() -> None:
    answers = [await GATEWAY.charge(charge_of("tok_flaky", attempt)) for attempt in (1, 2, 3)]
    failed = GatewayAnswer(approved=False, code="provider_error", retriable=True)
    assert answers == [failed, failed, GatewayAnswer(approved=True)]


@pytest.mark.parametrize(
    ("token", "answer", "state"),
    [
        ("tok_ok", RefundAnswer(approved=True, was_charged=True), EntryState.REFUNDED),
        ("tok_refund_fails", RefundAnswer(approved=False, was_charged=True, code="refund_refused"), EntryState.CHARGED),
    ],
)
async def test_a_charge_is_refunded_unless_the_token_refuses(
    token: str, answer: RefundAnswer, state: EntryState
) -> None:
    gateway = DummyGateway()
    await gateway.charge(charge_of(token))
    assert [await gateway.refund(refund_of(token)) for _ in range(2)] == [answer, answer]
    assert [entry.state for entry in gateway.books.entries()] == [state]


@pytest.mark.parametrize("token", ["tok_ok", "tok_decline", "tok_flaky", "tok_timeout", "tok_refund_fails"])
async def test_an_order_that_is_undone_before_its_charge_is_never_charged(token: str) -> None:
    gateway = DummyGateway()
    assert await gateway.refund(refund_of(token)) == RefundAnswer(approved=True, was_charged=False)
    answer = await gateway.charge(charge_of(token, attempt=3))
    assert answer is None or not answer.approved
    assert sum(entry.kept for entry in gateway.books.entries()) == 0


async def test_a_late_charge_is_made_when_its_time_has_come_and_not_before() -> None:
    gateway = DummyGateway(late_after=45.0)
    assert await gateway.charge(charge_of("tok_late")) == GatewayAnswer(approved=True, after=45.0)
    assert await gateway.charge(charge_of("tok_late", attempt=2)) == GatewayAnswer(approved=True, after=45.0)
    assert await gateway.refund(refund_of("tok_late")) == RefundAnswer(approved=True, was_charged=False)
    assert sum(entry.kept for entry in gateway.books.entries()) == 0
    assert await gateway.charge(charge_of("tok_late")) == GatewayAnswer(approved=True)
    assert sum(entry.kept for entry in gateway.books.entries()) == 1_000
    assert await gateway.refund(refund_of("tok_late")) == RefundAnswer(approved=True, was_charged=True)
    assert sum(entry.kept for entry in gateway.books.entries()) == 0


@pytest.mark.parametrize("attempt", [1, 2])
async def test_of_several_announced_charges_the_first_whose_time_has_come_is_made(attempt: int) -> None:
    gateway = DummyGateway(late_after=45.0)
    announced = [await gateway.charge(charge_of("tok_late", attempt=each)) for each in (1, 2)]
    assert announced == [GatewayAnswer(approved=True, after=45.0)] * 2
    assert await gateway.charge(charge_of("tok_late", attempt=attempt)) == GatewayAnswer(approved=True)
    assert sum(entry.kept for entry in gateway.books.entries()) == 1_000


def test_books_outlive_their_process(tmp_path: Path) -> None:
    books = ProviderBooks(tmp_path / "provider.sqlite")
    entry = BookEntry("o-1", EntryState.CHARGED, 1, 1_000, "USD")
    assert books.write(entry, unless=frozenset()) == entry
    beside = ProviderBooks(tmp_path / "provider.sqlite")
    refused = entry._replace(state=EntryState.REFUSED)
    assert beside.write(refused, unless=frozenset({EntryState.CHARGED})) == entry
    books.close()
    assert list(beside.entries()) == [entry]

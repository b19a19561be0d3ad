"""The gateway simulator answers by token and attempt alone."""

import pytest

from schemas.order import PaymentMethod
from schemas.saga import PaymentProcessing, PaymentRefund
from streams.payment_gateway import DummyGateway, Gateway, GatewayAnswer

GATEWAY: Gateway = DummyGateway(late_after=45.0)


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
    assert await GATEWAY.charge(charge_of(token, attempt)) == answer


async def test_the_flaky_token_fails_twice_and_then_succeeds() -> None:
    answers = [await GATEWAY.charge(charge_of("tok_flaky", attempt)) for attempt in (1, 2, 3)]
    failed = GatewayAnswer(approved=False, code="provider_error", retriable=True)
    assert answers == [failed, failed, GatewayAnswer(approved=True)]


async def test_only_one_token_refuses_its_refund() -> None:
    assert await GATEWAY.refund(refund_of("tok_ok")) == GatewayAnswer(approved=True)
    assert await GATEWAY.refund(refund_of("tok_refund_fails")) == GatewayAnswer(approved=False, code="refund_refused")

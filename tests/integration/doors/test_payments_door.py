"""`POST /payments`: the provider's word on a charge that was asked for, recorded once."""

from typing import Any

import pytest

from schemas.payment import PaymentFailed, PaymentProcessed
from tests.examples import EXAMPLES, ORDER_ID
from tests.integration.doors.counter import Counter, key, who

SYSTEM = who("gateway", "system")


def word(**said: object) -> dict[str, Any]:
    return {"orderId": ORDER_ID, "attempt": 1, "approved": True} | said


@pytest.fixture
async def asked(bare: Counter) -> Counter:
    """The saga has asked for 57.34 dollars."""
    await bare.happened(EXAMPLES["payment.processing"])
    return bare


async def test_an_approved_charge_is_recorded_as_it_was_asked_for(asked: Counter) -> None:
    answer = await asked.says("POST", "/payments", json=word(), headers=SYSTEM)
    assert (answer.status_code, answer.json()) == (
        200,
        {"streamId": f"payment-{ORDER_ID}", "version": 1, "position": 2, "orderId": ORDER_ID},
    )
    [event] = await asked.log(after=1)
    assert isinstance(event.event, PaymentProcessed)
    assert (event.event.amount, event.event.currency, event.event.status) == (5734, "USD", "SUCCESS")


@pytest.mark.parametrize(("code", "recorded"), [(None, "declined"), ("stolen_card", "stolen_card")])
async def test_a_declined_charge_is_recorded_with_its_reason(asked: Counter, code: str | None, recorded: str) -> None:
    await asked.done("POST", "/payments", json=word(approved=False, code=code))
    [event] = await asked.log(after=1)
    assert isinstance(event.event, PaymentFailed)
    assert (event.event.code, event.event.retriable, event.event.attempt) == (recorded, False, 1)


@pytest.mark.parametrize("approved", [True, False])
async def test_the_same_word_twice_is_recorded_once(asked: Counter, approved: bool) -> None:
    first = await asked.done("POST", "/payments", json=word(approved=approved))
    assert await asked.done("POST", "/payments", json=word(approved=approved)) == first
    assert len(await asked.recorded(after=1)) == 1


async def test_a_charge_that_was_approved_is_not_refused_afterwards(asked: Counter) -> None:
    await asked.done("POST", "/payments", json=word())
    said = {"json": word(approved=False, code="stolen_card"), "headers": SYSTEM}
    refusal = await asked.refused(409, "charge_contradicted", "POST", "/payments", **said)
    assert (refusal["orderId"], refusal["attempt"]) == (ORDER_ID, 1)


async def test_a_charge_that_was_declined_may_be_approved_afterwards(asked: Counter) -> None:
    await asked.done("POST", "/payments", json=word(approved=False))
    await asked.done("POST", "/payments", json=word())
    assert await asked.recorded(after=1) == ["payment.failed", "payment.processed"]


async def test_under_a_key_the_same_word_is_said_to_be_a_repeat(asked: Counter) -> None:
    said = {"json": word(), "headers": SYSTEM | key("k")}
    first, again = [await asked.says("POST", "/payments", **said) for _ in range(2)]
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")


@pytest.mark.parametrize("change", [{"orderId": "nowhere"}, {"attempt": 2}])
async def test_money_nobody_asked_for_is_not_found(asked: Counter, change: dict[str, Any]) -> None:
    await asked.refused(404, "not_found", "POST", "/payments", json=word(**change), headers=SYSTEM)


@pytest.mark.parametrize(
    "change",
    [
        {"attempt": 0},
        {"attempt": 1_001},
        {"attempt": "1"},
        {"approved": "yes"},
        {"approved": 1},
        {"amount": 1},
        {"orderId": ""},
    ],
)
async def test_a_word_is_held_to_its_form(asked: Counter, change: dict[str, Any]) -> None:
    refusal = await asked.refused(422, "invalid", "POST", "/payments", json=word(**change), headers=SYSTEM)
    assert [error["field"] for error in refusal["errors"]] == list(change)


async def test_a_customer_does_not_say_that_they_have_paid(asked: Counter) -> None:
    said = {"json": word(), "headers": who("bob", "customer")}
    await asked.refused(403, "forbidden", "POST", "/payments", **said)

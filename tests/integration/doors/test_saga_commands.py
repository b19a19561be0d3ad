"""Ways out of a stuck saga at the write side's door: who asks, for what, and who confirms it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.histories import events
from tests.integration.doors.counter import ANN, BOB, LAMP, OLIVE, PAT, Counter, key, open_counter

STUCK = ("saga.started", "payment.processing", "saga.compensation.started", "payment.refund", "saga.stuck")
EVIDENCE = {"evidence": "bank transfer 7"}
WITHIN = timedelta(hours=1)
RESOLUTIONS = {"retry": "retry", "mark-done": "mark done", "force-fail": "force fail"}
ACTION = pytest.mark.parametrize("action", RESOLUTIONS)


async def stuck(counter: Counter) -> str:
    """The id of an order whose refund was given up."""
    order_id = str((await counter.place("k")).json()["orderId"])
    await counter.happened(*events(*STUCK, order_id=order_id))
    return order_id


def path(order_id: str, action: str) -> str:
    return f"/admin/sagas/{order_id}/{action}"


async def said(counter: Counter, after: int) -> list[dict[str, Any]]:
    """What operators have recorded after this position."""
    return [{"type": each.type} | each.event.model_dump(mode="json") for each in await counter.log(after=after)]


@pytest.fixture
async def careful() -> AsyncIterator[Counter]:
    """A shop in which a second person is required."""
    async with open_counter(second_person=WITHIN) as counter:
        await counter.stock(LAMP)
        yield counter


@ACTION
@pytest.mark.parametrize("who", [OLIVE, ANN], ids=["operator", "admin"])
async def test_an_operator_asks_for_a_way_out_once(counter: Counter, action: str, who: dict[str, str]) -> None:
    order_id, head = await stuck(counter), await counter.store.head()
    first = await counter.done("POST", path(order_id, action), json=EVIDENCE | {"step": "payment"}, headers=who)
    assert (first["streamId"], first["orderId"], first["proposalId"]) == (f"saga-{order_id}", order_id, None)
    again = await counter.done("POST", path(order_id, action), json=EVIDENCE, headers=who)
    assert again == first
    [asked] = await said(counter, head)
    operator = "olive" if who is OLIVE else "ann"
    assert (asked["type"], asked["operator"], asked["confirmedBy"]) == ("saga.resolution.requested", operator, None)
    assert (asked["evidence"], asked["resolution"]) == ("bank transfer 7", RESOLUTIONS[action])


@ACTION
async def test_a_repeat_under_a_key_is_answered_again_and_the_key_is_for_one_thing(
    counter: Counter, action: str
) -> None:
    order_id = await stuck(counter)
    request = {"json": EVIDENCE, "headers": OLIVE | key("once")}
    first = await counter.says("POST", path(order_id, action), **request)
    again = await counter.says("POST", path(order_id, action), **request)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    other = {"json": {"evidence": "another"}, "headers": OLIVE | key("once")}
    await counter.refused(422, "idempotency_key_reused", "POST", path(order_id, action), **other)


@ACTION
async def test_where_the_state_does_not_allow_it_the_refusal_says_why(counter: Counter, action: str) -> None:
    order_id = str((await counter.place("k")).json()["orderId"])
    await counter.happened(*events("saga.started", "payment.processing", order_id=order_id))
    request = {"json": EVIDENCE, "headers": OLIVE}
    refusal = await counter.refused(409, "saga_not_stuck", "POST", path(order_id, action), **request)
    assert (refusal["state"], "PAYMENT_PROCESSING" in refusal["detail"]) == ("PAYMENT_PROCESSING", True)
    await counter.refused(404, "not_found", "POST", path("nowhere", action), **request)


async def test_who_means_another_step_or_comes_second_is_told_so(counter: Counter) -> None:
    order_id = await stuck(counter)
    other = {"json": EVIDENCE | {"step": "shipping"}, "headers": OLIVE}
    refusal = await counter.refused(409, "saga_not_stuck", "POST", path(order_id, "mark-done"), **other)
    assert (refusal["step"], "stuck with payment" in refusal["detail"]) == ("payment", True)
    await counter.done("POST", path(order_id, "retry"), json=EVIDENCE, headers=OLIVE)
    late = {"json": EVIDENCE, "headers": PAT}
    refusal = await counter.refused(409, "resolution_under_way", "POST", path(order_id, "force-fail"), **late)
    assert "olive has asked to retry" in refusal["detail"]


@ACTION
@pytest.mark.parametrize("body", [{}, {"evidence": ""}, {"evidence": "x", "by": "olive"}, EVIDENCE | {"step": "mail"}])
async def test_evidence_is_a_line_and_nothing_else_is_said(counter: Counter, action: str, body: dict[str, str]) -> None:
    order_id = await stuck(counter)
    await counter.refused(422, "invalid", "POST", path(order_id, action), json=body, headers=OLIVE)
    await counter.refused(403, "forbidden", "POST", path(order_id, action), json=EVIDENCE, headers=BOB)


async def test_one_operator_proposes_and_another_one_confirms(careful: Counter) -> None:
    order_id, head = await stuck(careful), await careful.store.head()
    asked = await careful.done("POST", path(order_id, "mark-done"), json=EVIDENCE, headers=OLIVE)
    again = await careful.done("POST", path(order_id, "mark-done"), json=EVIDENCE, headers=OLIVE)
    assert again == asked
    proposal = {"proposalId": asked["proposalId"]}
    own = {"json": proposal, "headers": OLIVE}
    await careful.refused(409, "second_person_needed", "POST", path(order_id, "confirm"), **own)
    await careful.done("POST", path(order_id, "confirm"), json=proposal, headers=PAT)
    await careful.done("POST", path(order_id, "confirm"), json=proposal, headers=PAT)
    proposed, requested = await said(careful, head)
    assert (proposed["type"], proposed["operator"], proposed["step"]) == (
        "saga.resolution.proposed",
        "olive",
        "payment",
    )
    assert (requested["type"], requested["operator"], requested["confirmedBy"]) == (
        "saga.resolution.requested",
        "olive",
        "pat",
    )
    assert (requested["evidence"], requested["resolution"]) == ("bank transfer 7", "mark done")


async def test_a_proposal_expires_and_is_made_again(careful: Counter) -> None:
    order_id = await stuck(careful)
    asked = await careful.done("POST", path(order_id, "force-fail"), json=EVIDENCE, headers=OLIVE)
    careful.clock.pass_(WITHIN)
    late: dict[str, Any] = {"json": {"proposalId": asked["proposalId"]}, "headers": PAT}
    refusal = await careful.refused(409, "proposal_gone", "POST", path(order_id, "confirm"), **late)
    assert "in time" in refusal["detail"]
    await careful.done("POST", path(order_id, "force-fail"), json=EVIDENCE, headers=OLIVE)
    await careful.done("POST", path(order_id, "confirm"), **late)


async def test_what_only_asks_again_needs_no_second_person(careful: Counter) -> None:
    order_id, head = await stuck(careful), await careful.store.head()
    answer = await careful.done("POST", path(order_id, "retry"), json=EVIDENCE, headers=OLIVE)
    assert answer["proposalId"] is None
    assert [each["type"] for each in await said(careful, head)] == ["saga.resolution.requested"]


async def test_nothing_is_confirmed_that_was_not_proposed(counter: Counter) -> None:
    order_id = await stuck(counter)
    request = {"json": {"proposalId": "p-1"}, "headers": OLIVE}
    await counter.refused(409, "proposal_gone", "POST", path(order_id, "confirm"), **request)
    await counter.refused(404, "not_found", "POST", path("nowhere", "confirm"), **request)

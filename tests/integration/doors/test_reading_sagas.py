"""Sagas at the query door: where each order is, what it waits for, until when, and what it would undo."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from event_store.records import AppendRequest, ParkedMessage, Timer
from projectors.models.sagas import SAGAS
from query_api.routers.admin_sagas import SagaParameters
from query_api.sagas import LIVE
from schemas.documents import SagaState, document_time
from schemas.message import Event
from schemas.order import OrderStatus, OrderUpdated
from schemas.saga import Step
from schemas.topics import ORDERS, TopicPartition
from tests.examples import LATER, NOON, OPERATOR_ID, ORDER_NUMBER
from tests.histories import COMPLETED, events, recorded
from tests.integration.doors.counter import BOB, who
from tests.integration.doors.reader import Reader

PATH = "/admin/sagas"
OPERATOR = who("otto", "operator")
UNDOING = ("saga.compensation.started", "shipping.cancel", "inventory.release", "payment.refund", "saga.stuck")
STUCK = (*COMPLETED[2:9], *UNDOING)
STORIES = {"paying": COMPLETED[1:4], "shipping": COMPLETED[1:9], "stuck": STUCK, "done": COMPLETED}


def history() -> list[Event]:
    """Orders at several places, in this order in time."""
    return [event for name, story in STORIES.items() for event in events(*story, order_id=name)]


@pytest.fixture
async def sagas(reader: Reader) -> Reader:
    await reader.sees(recorded(history()))
    return reader


async def listed(reader: Reader, **asked: object) -> list[str]:
    """The orders of the sagas that are found."""
    answer = await reader.told(PATH, params=asked, headers=OPERATOR)
    assert answer["total"] == len(answer["items"])
    return [item["orderId"] for item in answer["items"]]


async def test_those_under_way_are_listed_first_who_has_not_moved_for_longest(sagas: Reader) -> None:
    assert await listed(sagas) == ["paying", "shipping", "stuck"]
    assert await listed(sagas, state="COMPLETED") == ["done"]
    assert await listed(sagas, state="STUCK") == ["stuck"]
    assert await listed(sagas, step="payment") == ["paying", "stuck"]
    assert await listed(sagas, step="payment", state="STUCK") == ["stuck"]
    assert await listed(sagas, step="inventory") == []


async def test_the_answer_counts_the_sagas_of_every_state(sagas: Reader) -> None:
    counts = (await sagas.told(PATH))["byState"]
    assert counts.keys() == set(SagaState)
    assert {state: count for state, count in counts.items() if count} == {
        "PAYMENT_PROCESSING": 1,
        "SHIPPING_PROCESSING": 1,
        "STUCK": 1,
        "COMPLETED": 1,
    }


async def test_those_that_have_not_moved_for_a_time_are_found_also_page_by_page(sagas: Reader) -> None:
    ages = {item["orderId"]: item["movedAt"] for item in (await sagas.told(PATH))["items"]}
    sagas.now = NOON + timedelta(minutes=1)
    age = next(s for s in range(60) if document_time(sagas.now - timedelta(seconds=s)) < ages["stuck"])
    assert await listed(sagas, staleFor=age) == ["paying", "shipping"]
    assert await listed(sagas, staleFor=age, step="payment") == ["paying"]
    first = await sagas.told(PATH, params={"staleFor": age, "limit": 1})
    sagas.now += timedelta(milliseconds=500)
    second = await sagas.told(PATH, params={"staleFor": age, "limit": 1, "cursor": first["next"]})
    assert [item["orderId"] for page in (first, second) for item in page["items"]] == ["paying", "shipping"]
    assert second["next"] is None
    other = {"staleFor": age, "step": "payment", "cursor": first["next"]}
    await sagas.refused(422, "invalid", PATH, params=other)


async def test_one_says_what_it_waits_for_until_when_and_what_it_would_undo(sagas: Reader) -> None:
    saga = await sagas.told(f"{PATH}/shipping")
    request = saga["request"]
    assert (request["step"], request["direction"], request["tries"]) == ("shipping", "forward", 1)
    assert saga["movedAt"] == request["askedAt"] == saga["since"]
    sixty_later = document_time(_time(request["askedAt"]) + timedelta(seconds=60))
    assert (request["deadline"], request["retryAt"], saga["maxAttempts"]) == (sixty_later, None, 3)
    assert (saga["done"], saga["remaining"]) == (["payment", "inventory"], [])
    assert saga["undo"] == ["shipping", "inventory", "payment"]
    assert saga["orderNumber"].startswith("ORD-")
    paying = await sagas.told(f"{PATH}/paying")
    assert (paying["undo"], paying["remaining"]) == (["payment"], ["inventory", "shipping"])


async def test_a_stuck_one_says_why_and_what_an_operator_can_do(sagas: Reader) -> None:
    saga = await sagas.told(f"{PATH}/stuck")
    assert (saga["state"], saga["undo"], saga["remaining"]) == ("STUCK", ["payment"], [])
    assert saga["stuckReason"]
    assert saga["request"]["deadline"] is None
    done = await sagas.told(f"{PATH}/done")
    assert (done["request"], done["undo"], done["remaining"]) == (None, ["shipping", "inventory", "payment"], [])


async def known(reader: Reader, *names: str, order_id: str = "o") -> list[dict[str, Any]]:
    """What could be done about an order of which this is in the log and in the documents."""
    history = events("order.created", *names, order_id=order_id, undo=(Step.PAYMENT,))
    for event in history:
        if isinstance(event, OrderUpdated):
            history[history.index(event)] = event.model_copy(update={"to": OrderStatus.COMPENSATION_STUCK})
    log = recorded(history)
    await reader.store.append(AppendRequest(events=tuple(log)))
    await reader.sees(log)
    actions: list[dict[str, Any]] = (await reader.told(f"{PATH}/{order_id}", headers=OPERATOR))["actions"]
    return actions


async def test_what_each_action_would_do_is_said_before_it_is_done(reader: Reader) -> None:
    actions = await known(reader, *COMPLETED[2:4], *UNDOING[:1], *UNDOING[3:], "order.updated")
    assert [each["action"] for each in actions] == ["retry", "mark done", "force fail"]
    retry, mark, force = actions
    refund = {"step": "payment", "direction": "undo", "attempt": 2, "amount": 5734, "currency": "USD"}
    assert retry["requests"] == [refund]
    assert _time(retry["deadline"]) == reader.now + timedelta(seconds=30)
    assert (mark["takenAsDone"], mark["requests"], mark["orderStatus"]) == (["payment"], [], "Failed")
    assert (force["left"], force["records"][:2]) == (["payment"], ["saga.resolution.requested", "saga.resolved"])
    assert {each["needsSecondPerson"] for each in actions} == {False}
    [listed] = (await reader.told(PATH, params={"state": "STUCK"}))["items"]
    assert listed["actions"] == actions


async def test_what_a_cancellation_would_undo_is_said_of_one_and_not_in_lists(reader: Reader) -> None:
    [cancel] = await known(reader, *COMPLETED[2:5])
    assert (cancel["action"], cancel["state"], cancel["orderStatus"]) == ("cancel", "COMPENSATING", "Cancelling")
    [listed] = (await reader.told(PATH))["items"]
    assert listed["actions"] == []


async def test_a_proposal_says_who_made_it_and_until_when(reader: Reader) -> None:
    await known(reader, *COMPLETED[2:4], *UNDOING[:1], *UNDOING[3:], "saga.resolution.proposed", "order.updated")
    saga = await reader.told(f"{PATH}/o")
    proposal = saga["proposal"]
    assert (proposal["resolution"], proposal["step"]) == ("mark done", "payment")
    assert (proposal["operator"], _time(proposal["expiresAt"])) == (OPERATOR_ID, LATER)
    assert [each["action"] for each in saga["actions"]] == ["retry", "mark done", "force fail", "confirm"]
    reader.now = LATER
    assert [each["action"] for each in (await reader.told(f"{PATH}/o"))["actions"]] == [
        "retry",
        "mark done",
        "force fail",
    ]


async def test_what_waits_for_an_order_and_its_documents_are_shown_without_what_is_sealed(reader: Reader) -> None:
    await known(reader, *COMPLETED[2:4])
    parked = ParkedMessage("saga", 3, "o", TopicPartition(ORDERS, 1), LATER, 2, "poison", LATER)
    other = replace(parked, subject="another", position=4)
    timers = (Timer("saga-o", "saga", "o", "payment/forward/1", LATER), Timer("saga-p", "saga", "p", "1", LATER))
    await reader.store.append(AppendRequest(timers=timers, parked=(parked, other)))
    answer = await reader.asks(f"{PATH}/o/records", headers=OPERATOR)
    records = answer.json()
    [timer], [message] = records["timers"], records["parked"]
    assert (timer["kind"], timer["token"], timer["attempts"]) == ("saga", "payment/forward/1", 0)
    assert (message["id"], message["cause"], message["attempts"]) == ("saga.3", "poison", 2)
    assert (message["orderId"], message["orderNumber"]) == ("o", ORDER_NUMBER)
    assert [(each["view"], each["content"]["_id"]) for each in records["documents"]] == [
        ("orders", "o"),
        ("sagas", "o"),
    ]
    assert records["documents"][0]["content"]["shippingAddress"] == "sealed"
    await reader.refused(404, "not_found", f"{PATH}/nowhere/records")
    assert (await reader.asks(f"{PATH}/o/records", headers=BOB)).status_code == 403


async def test_a_retry_has_its_time_instead_of_a_deadline(reader: Reader) -> None:
    await reader.sees(recorded(events(*COMPLETED[1:4], "payment.failed", "saga.retry.scheduled", order_id="o")))
    request = (await reader.told(f"{PATH}/o"))["request"]
    assert request["retryAt"]
    assert request["deadline"] is None


async def test_a_deadline_is_that_of_the_configuration_in_force(reader: Reader) -> None:
    log = recorded([*events(*COMPLETED[1:4], order_id="o")])
    await reader.sees(log)
    before = (await reader.told(f"{PATH}/o"))["request"]
    await reader.sees(recorded(events("config.changed"), after=len(log)))
    key = (await reader.told("/admin/config/deadlines"))["value"]
    after = (await reader.told(f"{PATH}/o"))["request"]
    assert _time(after["deadline"]) - _time(after["askedAt"]) == timedelta(seconds=key["payment"])
    assert _time(before["deadline"]) - _time(before["askedAt"]) == timedelta(seconds=30)


async def test_what_is_asked_wrongly_is_refused(sagas: Reader) -> None:
    await sagas.refused(404, "not_found", f"{PATH}/nowhere")
    for asked in ({"state": "GONE"}, {"step": "packing"}, {"staleFor": -1}, {"staleFor": 10**9}, {"old": 1}):
        await sagas.refused(422, "invalid", PATH, params=asked)
    assert (await sagas.asks(PATH, headers=BOB)).status_code == 403


def test_the_states_under_way_are_those_that_are_no_end() -> None:
    ends = {SagaState.COMPLETED, SagaState.SHIPPED, SagaState.FAILED, SagaState.CANCELLED}
    assert set(SagaState) == {*LIVE, *ends}
    assert SagaParameters().state is None
    assert "saga" in SAGAS.view.categories


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)

"""The document of a saga is what the saga itself says: over every message that it can receive, in every state."""

from typing import Any

import pytest

from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import PendingRequest, Saga, State
from projectors.models.sagas import SAGAS
from schemas.documents import Document, SagaState, document_time, label
from schemas.envelope import Envelope
from schemas.message import Event
from tests.histories import COMPLETED, events, recorded
from tests.unit.fulfilment_story import INVENTORY_FIRST
from tests.unit.test_fulfilment_table import visits

policies = pytest.mark.parametrize("policy", [POLICY, INVENTORY_FIRST], ids=["payment first", "inventory first"])


def folded(envelopes: list[Envelope]) -> Document | None:
    document: Document | None = None
    for envelope in envelopes:
        if envelope.type in SAGAS.types:
            document = SAGAS.project(document, None, envelope)
    return document


def of_document(document: Document) -> dict[str, Any]:
    """What the document says of the saga's state."""
    requests = {
        name: document[name] and {key: value for key, value in document[name].items() if key != "askedAt"}
        for name in ("request", "suspended")
    }
    names = ("state", "done", "toUndo", "failedStep", "isOrderEnded", "steps", "customerId")
    ending = document["ending"] or "fail", document["reason"] or ""
    return requests | {name: document[name] for name in names} | {"ending": ending}


def of_saga(saga: Saga) -> dict[str, Any]:
    """The same, as the domain has it."""
    assert saga.started
    steps = [step.value for step in saga.started.steps]
    return {
        "request": of_request(saga.pending),
        "suspended": of_request(saga.suspended),
        "state": saga.state.value,
        "done": [step for step in steps if step in saga.done],
        "toUndo": [step.value for step in saga.to_undo],
        "failedStep": saga.failed_step.value if saga.failed_step else None,
        "isOrderEnded": saga.is_order_ended,
        "steps": steps,
        "customerId": saga.started.customer_id,
        "ending": (saga.ending, saga.reason),
    }


def of_request(request: PendingRequest | None) -> dict[str, Any] | None:
    if request is None:
        return None
    return {
        "step": request.step.value,
        "direction": request.direction,
        "attempt": request.attempt,
        "tries": request.tries,
        "retryAt": document_time(request.retry_at) if request.retry_at else None,
    }


@policies
def test_the_document_says_what_the_saga_says_after_every_row_of_the_table(policy: Policy) -> None:
    reached = set()
    for paths in visits(policy).values():
        for story, message in paths:
            after = story.receive(message)
            history: list[Event] = [*after.events]
            if not history:
                continue
            document = folded(recorded(history))
            assert document
            assert of_document(document) == of_saga(after.saga), [event.wire_name for event in history]
            assert document["step"] == (after.saga.pending.step if after.saga.pending else None)
            reached.add(after.state)
    assert reached == set(State) - {State.NEW}


def test_the_states_of_documents_are_those_of_the_saga() -> None:
    assert {state.value for state in SagaState} == {state.value for state in State}


def test_since_is_when_the_state_was_entered_and_moved_at_the_last_event() -> None:
    log = recorded(events("saga.started", "payment.processing", "saga.step.timed.out", "payment.processing"))
    document = folded(log)
    assert document
    times = [document_time(envelope.occurred_at) for envelope in log]
    assert (document["startedAt"], document["since"], document["movedAt"]) == (times[0], times[1], times[3])
    assert document["request"]["askedAt"] == times[3]


def test_sagas_are_counted_by_state_and_step() -> None:
    begun = folded(recorded(events("saga.started", "payment.processing")))
    ended = folded(recorded(events(*COMPLETED)))
    assert begun
    assert ended
    running = "PAYMENT_PROCESSING"
    assert SAGAS.labels(begun) == [label(state=running), label(state=running, step="payment")]
    assert SAGAS.labels(ended) == [label(state="COMPLETED")]


def test_no_personal_field_is_copied() -> None:
    document = folded(recorded(events("saga.started")))
    assert document
    assert document.keys().isdisjoint({"shippingAddress", "paymentMethod", "items"})

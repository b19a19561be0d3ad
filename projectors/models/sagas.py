"""One document per saga: its state, the request that runs, what is done and what is to be undone."""

from typing import Any

from projectors.models.saga_state import FORWARD, UNDO, changes_by
from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas import saga
from schemas.documents import SAGAS_VIEW, Document, SagaState, label
from schemas.envelope import Envelope


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = envelope.event
    if isinstance(event, saga.SagaStarted):
        return document if document is not None else _record(_new_document(event, envelope), {}, envelope)
    return None if document is None else _record(document, changes_by(document, event, occurred_at(envelope)), envelope)


def labels(document: Document) -> list[str]:
    """Sagas are counted by state, and by state and step."""
    state, step = document["state"], document["step"]
    return [label(state=state), *([label(state=state, step=step)] if step else [])]


def _new_document(event: saga.SagaStarted, envelope: Envelope) -> Document:
    return {
        "customerId": event.customer_id,
        "totalAmount": event.total_amount,
        "currency": event.currency,
        "steps": [step.value for step in event.steps],
        "state": SagaState.NEW.value,
        "step": None,
        "request": None,
        "suspended": None,
        "done": [],
        "toUndo": [],
        "ending": None,
        "reason": None,
        "failedStep": None,
        "stuckReason": None,
        "proposal": None,
        "requested": None,
        "isOrderEnded": False,
        "placed": envelope.position,
        "startedAt": occurred_at(envelope),
        "since": occurred_at(envelope),
    }


def _record(document: Document, changes: Document, envelope: Envelope) -> Document:
    """Apply the changes; `since` is when the state was last another one, `movedAt` the time of the last event.

    What was proposed or requested is about one time that the saga is stuck.
    """
    updated = document | changes | {"movedAt": occurred_at(envelope), "version": envelope.version}
    if updated["state"] != SagaState.STUCK:
        updated |= {"proposal": None, "requested": None}
    request = updated["request"]
    updated["step"] = request["step"] if request else None
    if updated["state"] != document["state"]:
        updated["since"] = occurred_at(envelope)
    return updated


SAGAS = ReadModel(
    view=SAGAS_VIEW,
    types=frozenset(event.wire_name for event in (*FORWARD, *UNDO))
    | {
        event.wire_name
        for event in (
            saga.SagaStarted,
            saga.SagaStepTimedOut,
            saga.SagaRetryScheduled,
            saga.SagaStepCompleted,
            saga.SagaCompensationStarted,
            saga.SagaStuck,
            saga.SagaResolutionProposed,
            saga.SagaResolutionRequested,
            saga.SagaResolved,
            saga.SagaCompleted,
            saga.SagaClosed,
            saga.SagaFailed,
        )
    },
    touches=lambda envelope: ((envelope.event.order_id, None),),  # type: ignore[attr-defined]  # all of `types` are about one order
    project=project,
    labels=labels,
    counted=("state", "step"),
    indexes=(
        (("state", 1), ("movedAt", 1), ("placed", 1)),
        (("state", 1), ("step", 1), ("movedAt", 1), ("placed", 1)),
    ),
)

"""Sagas as operators see them: what each waits for, until when, and what it has done and would undo."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from query_api.context import QueryContext
from query_api.cursors import Sort
from schemas.config import DeadlineRules
from schemas.documents import ORDERS_VIEW, SAGAS_VIEW, TALLIES, Document, SagaState, document_time, label
from schemas.saga import Step
from schemas.saga_actions import SagaActionPreview
from schemas.saga_board import SagaOnBoard

LIVE = (
    SagaState.NEW,
    SagaState.PAYMENT_PROCESSING,
    SagaState.INVENTORY_PROCESSING,
    SagaState.SHIPPING_PROCESSING,
    SagaState.COMPENSATING,
    SagaState.STUCK,
)
"""The states of sagas that are under way, or wait for an operator."""
TIMED = frozenset(LIVE) - {SagaState.NEW, SagaState.STUCK}
"""The states in which a deadline runs."""
LONGEST_WAITING: Sort = (("movedAt", 1), ("placed", 1))
Previews = Mapping[str, Sequence[SagaActionPreview]]
_INSTANT = TypeAdapter(datetime)


async def present_sagas(
    context: QueryContext, rules: DeadlineRules, documents: Sequence[Document], previews: Previews
) -> list[SagaOnBoard]:
    """Return sagas as they are shown, with the numbers of their orders and what could be done about them."""
    orders = await context.find_by_ids(ORDERS_VIEW, [document["_id"] for document in documents])
    numbers = [order["orderNumber"] if order else None for order in orders]
    return [
        _present(each, number, rules, previews.get(each["_id"], ()))
        for each, number in zip(documents, numbers, strict=True)
    ]


async def count_by_state(context: QueryContext) -> dict[SagaState, int]:
    """Return the number of sagas in every state."""
    counts = dict.fromkeys(SagaState, 0)
    async for tally in context.database[TALLIES].find({"view": {"$eq": context.name_of(SAGAS_VIEW)}}):
        if tally["filters"].keys() == {"state"}:
            counts[SagaState(tally["filters"]["state"])] += tally["count"]
    return counts


async def count_sagas(context: QueryContext, states: Collection[SagaState], step: Step | None) -> int:
    """Return the number of sagas in these states, at this step if one is given."""
    at_step = {"step": step.value} if step else {}
    labels = [label(state=state.value, **at_step) for state in states]
    return sum([await context.read_tally(SAGAS_VIEW, each) for each in labels])


def _present(
    document: Document, order_number: str | None, rules: DeadlineRules, actions: Sequence[SagaActionPreview]
) -> SagaOnBoard:
    state = SagaState(document["state"])
    shown = document | {
        "orderId": document["_id"],
        "orderNumber": order_number,
        "request": _request(document["request"], rules, is_timed=state in TIMED),
        "suspended": _request(document["suspended"], rules, is_timed=False),
        "maxAttempts": rules.max_attempts,
        "remaining": _remaining(document, state),
        "undo": _undo(document, state),
        "actions": actions,
    }
    return SagaOnBoard.model_validate(shown)


def _request(request: Document | None, rules: DeadlineRules, *, is_timed: bool) -> Document | None:
    if request is None:
        return None
    deadline = None
    if is_timed and request["retryAt"] is None:
        step = Step(request["step"])
        seconds = rules.undo if request["direction"] == "undo" else getattr(rules, step.value)
        deadline = document_time(_INSTANT.validate_python(request["askedAt"]) + timedelta(seconds=seconds))
    return request | {"deadline": deadline}


def _remaining(document: Document, state: SagaState) -> list[str]:
    """The steps that are still to be asked for, while the saga goes forward."""
    if state not in LIVE or document["ending"] is not None:
        return []
    begun = {*document["done"], *_waiting(document)}
    return [step for step in document["steps"] if step not in begun]


def _undo(document: Document, state: SagaState) -> list[str]:
    if state in {SagaState.COMPENSATING, SagaState.STUCK}:
        running = [document["request"]["step"]] if document["request"] else []
        return [*running, *document["toUndo"]]
    if state not in LIVE and state is not SagaState.COMPLETED:
        return []
    undone = {*document["done"], *_waiting(document)}
    return [step for step in reversed(document["steps"]) if step in undone]


def _waiting(document: Document) -> set[str]:
    return {request["step"] for request in (document["request"], document["suspended"]) if request}

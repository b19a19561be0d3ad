"""What an order's timeline says of its saga is what the saga says: over every message that it can receive."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import TypeAdapter

from domain.fulfilment.inputs import SagaMessage
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import TIMED, Saga, State
from domain.order import ORDER, Order
from projectors.models.orders import ORDERS
from query_api.saga_progress import SagaProgress, SagaRequest, saga_progress
from schemas.documents import Document
from schemas.message import Event, Instant
from schemas.order import OrderEvent
from tests.histories import recorded
from tests.unit.fulfilment_story import CREATED, INVENTORY_FIRST, Story, possible_messages
from tests.unit.test_fulfilment_table import shape

DEPTH = 7
"""Messages; enough for every state of the saga."""


def walk(policy: Policy) -> Iterator[tuple[Story, Document]]:
    """Every story of up to so many messages, each saga once, with the document that its events make."""
    seen = {shape(Story(policy).saga)}
    frontier: list[tuple[Story, Order, Document]] = [(Story(policy), ORDER.initial, {})]
    for _ in range(DEPTH):
        following = []
        for story, order, document in frontier:
            for message in possible_messages(story.saga):
                after = story.receive(message)
                if not after.result.events or shape(after.saga) in seen:
                    continue
                seen.add(shape(after.saga))
                order_after, document_after = happen(after, message, order, document)
                yield after, document_after
                following.append((after, order_after, document_after))
        frontier = following


def happen(after: Story, message: SagaMessage, order: Order, document: Document) -> tuple[Order, Document]:
    """The order and its document after a message, and after what the saga records and asks of the order."""
    order = ORDER.fold([message] if isinstance(message, get_args(OrderEvent)) else [], order)
    events: list[Event] = [*([message] if isinstance(message, Event) else []), *after.result.events]
    for command in after.result.commands:
        made = ORDER.decide(command, order)
        order = ORDER.fold(made, order)
        events += made
    for envelope in recorded(events, after=len(document.get("timeline", ()))):
        if envelope.type in ORDERS.types:
            document = ORDERS.project(document or None, None, envelope) or {}
    return order, document


def as_progress(saga: Saga) -> SagaProgress:
    """What the saga itself says."""
    pending = saga.pending if saga.state in TIMED | {State.STUCK} else None
    if pending is None:
        return SagaProgress(state=saga.state.value)
    retry_at = TypeAdapter(Instant | None).dump_python(pending.retry_at, mode="json")
    request = SagaRequest(step=pending.step, direction=pending.direction, attempt=pending.attempt, retry_at=retry_at)
    return SagaProgress(state=saga.state.value, request=request)


@pytest.mark.parametrize("policy", [POLICY, INVENTORY_FIRST], ids=["payment first", "inventory first"])
def test_the_timeline_tells_what_the_saga_does(policy: Policy) -> None:
    reached = Counter[State]()
    for story, document in walk(policy):
        assert saga_progress(document) == as_progress(story.saga), [line["type"] for line in document["timeline"]]
        reached[story.state] += 1
    assert set(reached) == set(State) - {State.NEW}


def test_an_order_whose_saga_has_not_begun_is_new() -> None:
    [envelope] = recorded([CREATED])
    document = ORDERS.project(None, None, envelope)
    assert document
    assert saga_progress(document) == SagaProgress(state="NEW")

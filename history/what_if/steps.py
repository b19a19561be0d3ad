"""How orders would have gone had the saga taken its steps in another order.

Each order is driven through the saga's own table. What the processors answered stays what they answered; a step that
nobody asked for has no answer, and one cannot tell how it would have gone on from there. What was done is undone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.fulfilment.inputs import STEP_ANSWERS
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import INITIAL, Saga, State
from domain.fulfilment.step import step
from history.what_if.log import Period, ReadOnlyLog, read_events
from schemas.envelope import Envelope
from schemas.message import Event
from schemas.order import OrderCancellationRequested, OrderCreated
from schemas.payment import PaymentProcessed, PaymentRefunded
from schemas.saga import (
    REQUESTED,
    SagaCompleted,
    SagaFailed,
    SagaRequest,
    SagaResolutionRequested,
    SagaStepTimedOut,
    Step,
)
from schemas.what_if import MAX_ORDERS, MAX_SHOWN, FulfilledOrder, Span, StepsDifference

ENDS: Mapping[type[Event], State] = {SagaCompleted: State.COMPLETED, SagaFailed: State.FAILED}
DISTURBED: tuple[type[Event], ...] = (OrderCancellationRequested, SagaResolutionRequested, SagaStepTimedOut)
"""What people or lost answers did to an order: it is not compared."""
FORWARD: Mapping[type[Event], Step] = {
    kind: answer.step
    for kind, answer in STEP_ANSWERS.items()
    if answer.direction == "forward" and issubclass(kind, Event)
}
"""The answers of processors to what the saga asks for on the way forward."""
READ: tuple[type[Event], ...] = (OrderCreated, PaymentRefunded, *ENDS, *DISTURBED, *FORWARD)
TYPES = frozenset(kind.wire_name for kind in READ)


@dataclass(slots=True)
class _Recorded:
    """What was recorded of one order."""

    created: Envelope
    answers: dict[Step, Event] = field(default_factory=dict)
    """The last answer of each step."""
    end: State | None = None
    refunded: bool = False
    disturbed: bool = False

    @property
    def charged(self) -> bool:
        """Whether the customer paid."""
        return isinstance(self.answers.get(Step.PAYMENT), PaymentProcessed)

    def add(self, event: Event) -> None:
        """Take in one more of its events."""
        if type(event) in FORWARD:
            self.answers[FORWARD[type(event)]] = event
        self.end = ENDS.get(type(event), self.end)
        self.refunded = self.refunded or isinstance(event, PaymentRefunded)
        self.disturbed = self.disturbed or isinstance(event, DISTURBED)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How an order would have ended; `unknown` is the step that has no answer."""

    state: State
    charged: bool
    unknown: Step | None = None


async def what_if_ordered(
    log: ReadOnlyLog, steps: Sequence[Step], period: Period, *, limit: int = MAX_ORDERS
) -> StepsDifference:
    """Drive the orders that were placed and ended in a period, the `limit` oldest, through the saga in these steps."""
    policy = replace(POLICY, steps=tuple(steps))
    recorded, last, left_out = await _read_orders(log, period, limit)
    ended = [order for order in recorded.values() if order.end and not order.disturbed]
    compared = [_compare(order, _drive(order, policy)) for order in ended]
    changed = [each for each in compared if each]
    known = [each for each in changed if each.unknown is None]
    return StepsDifference(
        span=Span(first=period.after + 1, last=last, left_out=left_out),
        steps=policy.steps,
        orders=len(ended),
        changed=len(known),
        unknown=len(changed) - len(known),
        refunds_avoided=sum(each.refunded and not each.candidate_charged for each in known),
        charges_added=sum(each.candidate_charged and not each.charged for each in known),
        shown=tuple(changed[:MAX_SHOWN]),
    )


async def _read_orders(log: ReadOnlyLog, period: Period, limit: int) -> tuple[Mapping[str, _Recorded], int, bool]:
    """Return the orders by id, the last position that was looked at, and whether there were more of them."""
    orders = dict[str, _Recorded]()
    async for envelope in read_events(log, period, TYPES):
        event = envelope.event
        if isinstance(event, OrderCreated):
            if len(orders) == limit:
                return orders, envelope.position - 1, True
            orders[event.order_id] = _Recorded(envelope)
        elif order := orders.get(getattr(event, "order_id", "")):
            order.add(event)
    return orders, period.until, False


def _drive(order: _Recorded, policy: Policy) -> _Outcome:
    """Run the saga's table over one order until it ends, or until a step has no answer."""
    saga, message = INITIAL, order.created.event
    while True:
        result = step(saga, message, at=order.created.occurred_at, policy=policy)
        saga = result.saga or saga
        asked = next((REQUESTED.get(type(each)) for each in result.events if isinstance(each, SagaRequest)), None)
        if asked is None or asked[1] == "undo":
            return _outcome(saga)
        answer = order.answers.get(asked[0])
        if answer is None:
            return replace(_outcome(saga), unknown=asked[0])
        message = _final(answer, saga)


def _final(answer: Event, saga: Saga) -> Event:
    """Return an answer as the last one to the request that runs."""
    current = {"attempt": saga.pending.attempt if saga.pending else 1, "retriable": False}
    return answer.model_copy(
        update={name: value for name, value in current.items() if name in type(answer).model_fields}
    )


def _outcome(saga: Saga) -> _Outcome:
    is_undone = saga.state is State.COMPENSATING
    return _Outcome(State.FAILED if is_undone else saga.state, Step.PAYMENT in saga.done)


def _compare(order: _Recorded, candidate: _Outcome) -> FulfilledOrder | None:
    """Return how an order would have gone, None where it would have gone the same way."""
    assert order.end is not None  # noqa: S101 - only those that ended are compared
    is_same = (order.end, order.charged) == (candidate.state, candidate.charged)
    if is_same and candidate.unknown is None:
        return None
    return FulfilledOrder(
        order_id=getattr(order.created.event, "order_id", ""),
        state=order.end,
        charged=order.charged,
        refunded=order.refunded,
        candidate_state=candidate.state,
        candidate_charged=candidate.charged,
        candidate_refunded=candidate.charged and candidate.state is State.FAILED,
        unknown=candidate.unknown,
    )

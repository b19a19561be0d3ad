"""A simulated world around one saga: an order and processors with tombstones, whose answers are drawn."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from domain.fulfilment.inputs import DeadlinePassed, SagaMessage
from domain.fulfilment.policy import Policy
from domain.fulfilment.state import State
from domain.order import ORDER, Order
from schemas.errors import Refused
from schemas.order import OrderCommand, OrderEvent, RequestCancellation, ShipOrder
from schemas.saga import SagaRequest, Step
from tests.examples import CUSTOMER_ID, ORDER_ID
from tests.unit.fulfilment_story import CREATED, Story, expired, failed, operator, refund_failed, succeeded, undone

FORWARD = {
    "payment.processing": Step.PAYMENT,
    "inventory.reservation": Step.INVENTORY,
    "shipping.preparation": Step.SHIPPING,
}
UNDO = {"payment.refund": Step.PAYMENT, "inventory.release": Step.INVENTORY, "shipping.cancel": Step.SHIPPING}
OUTCOMES = ("succeed", "succeed", "succeed", "succeed", "fail", "retry", "late", "silence")

WAREHOUSES = ("main", "east")
"""Of the shop; each order is one's, and only that one may be asked for its goods."""

Draw = Callable[[int], int]
"""Draws a number below the given one; 0 is success."""
Move = Callable[[], None]


@dataclass
class World:
    """What the processors did: `effects` are the steps in force, `refused` those whose undo left a tombstone."""

    draw: Draw
    story: Story
    order: Order = ORDER.initial
    log: deque[SagaMessage] = field(default_factory=deque)
    requests: deque[SagaRequest] = field(default_factory=deque)
    late: deque[SagaRequest] = field(default_factory=deque)
    history: list[OrderEvent] = field(default_factory=list)
    effects: set[Step] = field(default_factory=set)
    refused: set[Step] = field(default_factory=set)
    is_confirmed: bool = False
    is_returned: bool = False
    reserved: int = 0
    """The last attempt that the warehouse has reserved for."""

    def moves(self) -> Iterator[Move]:
        """What can happen next, the most likely first; nothing when the order is at rest."""
        if self.log:
            yield lambda: self._deliver(self.log.popleft())
        if self.requests:
            yield lambda: self._process(self.requests.popleft())
        if self.late:
            yield lambda: self._charge_late(self.late.popleft())
        if timer := self.story.timer:
            yield lambda: self._deliver(DeadlinePassed(ORDER_ID, timer.token))
        if self.story.state is State.STUCK and (given_up := self.story.saga.pending):
            yield lambda: self._deliver(operator("retry", given_up.attempt))

    def disturbances(self) -> Iterator[Move]:
        """What people and time may do at any moment."""
        yield lambda: self._decide(RequestCancellation(order_id=ORDER_ID, by=CUSTOMER_ID))
        yield lambda: self._decide(ShipOrder(order_id=ORDER_ID))
        yield self._expire

    def _deliver(self, message: SagaMessage) -> None:
        self.story = self.story.receive(message)
        assert self.story.receive(message).saga == self.story.saga, "a repeat moved the saga"
        self.requests.extend(event for event in self.story.result.events if isinstance(event, SagaRequest))
        for command in self.story.result.commands:
            self._decide(command)

    def _decide(self, command: OrderCommand) -> None:
        try:
            events = ORDER.decide(command, self.order)
        except Refused:
            return
        self.order = ORDER.fold(events, self.order)
        self.history += events
        self.log.extend(events)

    def _process(self, request: SagaRequest) -> None:
        assert getattr(request, "warehouse_id", self.order.warehouse_id) == self.order.warehouse_id
        if step := FORWARD.get(request.wire_name):
            self._do(step, request)
        elif step := UNDO.get(request.wire_name):
            self._undo(step, request)
        else:
            self.is_confirmed = Step.INVENTORY in self.effects

    def _do(self, step: Step, request: SagaRequest) -> None:
        outcome = "succeed" if step in self.effects else OUTCOMES[self.draw(len(OUTCOMES))]
        if step in self.refused:
            outcome = "fail"
        match outcome:
            case "succeed":
                self.effects.add(step)
                if step is Step.INVENTORY:
                    self.reserved = request.attempt
                self.log.append(succeeded(step, request.attempt))
            case "fail" | "retry":
                self.log.append(failed(step, request.attempt, retriable=outcome == "retry"))
            case "late" if step is Step.PAYMENT:
                self.late.append(request)

    def _charge_late(self, request: SagaRequest) -> None:
        """A gateway charges once per key, and not again after a refund. A tombstone does not stop it."""
        if not self.is_returned and Step.PAYMENT not in self.effects:
            self.effects.add(Step.PAYMENT)
            self.log.append(succeeded(Step.PAYMENT, request.attempt))

    def _undo(self, step: Step, request: SagaRequest) -> None:
        match self.draw(3):
            case 1 if step is Step.PAYMENT and step in self.effects:
                self.log.append(refund_failed(request.attempt))
            case 0 | 1:
                self.is_returned |= step is Step.PAYMENT and step in self.effects
                self.effects.discard(step)
                self.refused.add(step)
                self.log.append(undone(step))

    def _expire(self) -> None:
        if Step.INVENTORY in self.effects and not self.is_confirmed:
            self.effects.discard(Step.INVENTORY)
            self.log.append(expired(self.reserved))


def opened(draw: Draw, policy: Policy) -> World:
    """A world in which one order was just placed."""
    created = CREATED.model_copy(update={"warehouse_id": WAREHOUSES[draw(len(WAREHOUSES))]})
    world = World(draw, Story(policy), order=ORDER.fold([created]))
    world.log.append(created)
    return world

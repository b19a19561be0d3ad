"""The state machine of one order: its saga, the order, and the sides that the saga asks, with all that is under way.

Every decision is made by the functions that the shop runs. What is under way from one sender is read in the order in
which it was recorded, and what comes from different senders in any order. Whatever may happen next is one move.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from aioutlet.order_states.move import Move
from aioutlet.order_states.nodes import Node, Nodes
from aioutlet.order_states.normal_form import RETRY, key_of, renumber, without_texts
from aioutlet.order_states.order import PLACED, OrderSide
from aioutlet.order_states.payment import PaymentSide
from aioutlet.order_states.people import People
from aioutlet.order_states.reaction import Reaction, react
from aioutlet.order_states.shipping import ShippingSide
from aioutlet.order_states.side import ORDER_ID, STEPS, Side
from aioutlet.order_states.stock import StockSide
from aioutlet.order_states.world import ORDER, SIDES, World
from domain.fulfilment.inputs import DeadlinePassed, Input, SagaMessage, classify
from domain.fulfilment.policy import Policy
from domain.fulfilment.state import INITIAL, Saga, State
from schemas.saga import Step


class Machine:
    """All moves under one policy. What was decided once is looked up from then on."""

    def __init__(self, policy: Policy) -> None:
        self.met = set[tuple[State, Input]]()
        """The pairs of state and input that the saga has met."""
        self.meaningless = list[tuple[Saga, SagaMessage]]()
        """The messages that meant nothing to a saga."""
        self._policy = policy
        self._nodes = Nodes[Any]()
        self._find_side_moves = cache(self._side_moves)
        self._find_head = cache(self._head)
        self._find_deadline = cache(self._deadline)
        self._find_reaction = cache(self._reaction)
        self._find_after = cache(self._after)
        self._find_asked = cache(self._asked)
        self._find_obeyed = cache(self._obeyed)
        self._find_numbered = cache(self._numbered)
        self.people = People(self._nodes, self._saga)
        self._retry = self._nodes.of(RETRY)

    def start(self) -> World:
        """An order that was just placed."""
        parts = (PLACED, PaymentSide(), StockSide(), ShippingSide())
        return World._make((self._saga(INITIAL), *map(self._nodes.of, parts), 0))

    def moves(self, world: World) -> Iterator[Move[World]]:
        """Everything that may happen next."""
        for side in SIDES.values():
            for name, to in self._find_side_moves(world[side]):
                saga, node = self._find_numbered(world.saga, to)
                yield Move(name, World._make((saga, *world[ORDER:side], node, *world[side + 1 :])))
        yield from self.people.moves(world)
        for sender in (ORDER, *SIDES.values()):
            if head := self._find_head(world[sender]):
                message, rest = head
                yield self._read(message, World._make((*world[:sender], rest, *world[sender + 1 :])))
        if world.retries:
            yield self._read(self._retry, world._replace(retries=world.retries - 1))
        timed = world.saga.value.timed
        if timed and (deadline := self._find_deadline(world.saga, world[SIDES[timed.step]])):
            yield self._read(deadline, world)

    def _read(self, message: Node[SagaMessage], world: World) -> Move[World]:
        reaction = self._find_reaction(world.saga, message)
        if reaction.is_nothing:
            return Move(reaction.name, world)
        saga, sides = self._find_after(reaction), list[Node[Side]]()
        for side in SIDES.values():
            saga, node = self._find_numbered(saga, self._find_asked(world[side], reaction))
            sides.append(node)
        order = self._find_obeyed(world.order, reaction)
        return Move(reaction.name, World._make((saga, order, *sides, world.retries)))

    def _saga(self, saga: Saga) -> Node[Saga]:
        normal = without_texts(saga)
        return self._nodes.of(normal, key_of(normal))

    def _side_moves(self, side: Node[Side]) -> list[tuple[str, Node[Side]]]:
        return list(dict.fromkeys((name, self._nodes.of(to)) for name, to in side.value.moves()))

    def _head(self, sender: Node[OrderSide | Side]) -> tuple[Node[SagaMessage], Node[OrderSide | Side]] | None:
        """The oldest message that the saga has not read, and its sender without it."""
        if not sender.value.answers:
            return None
        return self._nodes.of(sender.value.answers[0]), self._nodes.of(sender.value.drop_answer())

    def _deadline(self, saga: Node[Saga], side: Node[Side]) -> Node[SagaMessage] | None:
        """The timer, unless its deadline does not count: a warehouse reads in order, so it must have read the request.

        A request to an outside party may be parked while its deadline passes.
        """
        timed, asked = saga.value.timed, side.value
        if timed is None:
            return None
        is_unread = asked.older > 0 or (timed.step is Step.INVENTORY and asked.requests)
        return None if is_unread and not timed.retry_at else self._nodes.of(DeadlinePassed(ORDER_ID, timed.token))

    def _reaction(self, saga: Node[Saga], message: Node[SagaMessage]) -> Reaction:
        if meaning := classify(saga.value, message.value, self._policy):
            self.met.add((saga.value.state, meaning))
        else:
            self.meaningless.append((saga.value, message.value))
        return react(saga.value, message.value, self._policy)

    def _after(self, reaction: Reaction) -> Node[Saga]:
        return self._saga(reaction.saga)

    def _asked(self, side: Node[Side], reaction: Reaction) -> Node[Side]:
        asked = side.value
        for request in reaction.requests:
            if STEPS[type(request)] is asked.step:
                asked = asked.ask(request)
        timed = reaction.saga.timed
        if timed is None or timed.step is not asked.step or timed.retry_at:
            asked = replace(asked, older=0)
        elif reaction.is_new:
            asked = replace(asked, older=len(asked.answers))
        return self._nodes.of(asked)

    def _obeyed(self, order: Node[OrderSide], reaction: Reaction) -> Node[OrderSide]:
        return self._nodes.of(order.value.obey(reaction.commands))

    def _numbered(self, saga: Node[Saga], side: Node[Side]) -> tuple[Node[Saga], Node[Side]]:
        numbered = renumber(saga.value, side.value)
        return self._saga(numbered[0]), self._nodes.of(numbered[1])

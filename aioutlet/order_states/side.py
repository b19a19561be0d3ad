"""Those whom the saga asks, each with what is under way: the common part of payment, stock and shipping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from aioutlet.order_states.move import Move
from domain.fulfilment.inputs import STEP_ANSWERS
from schemas.message import Event
from schemas.saga import REQUESTED, Direction, InventoryConfirmation, SagaRequest, Step
from schemas.warehouse import InventoryExpired

ORDER_ID = "order"
WAREHOUSE_ID = "near"
"""Where the order's goods are; there are other warehouses, and the first of the shop's is one of them."""
STEPS: Mapping[type[SagaRequest], Step] = {
    InventoryConfirmation: Step.INVENTORY,
    **{kind: step for kind, (step, _) in REQUESTED.items()},
}
"""Who is asked by each request."""
DIRECTION_OF: Mapping[type[Any], Direction] = {
    **{kind: direction for kind, (_, direction) in REQUESTED.items()},
    **{kind: answer.direction for kind, answer in STEP_ANSWERS.items()},
    InventoryExpired: "forward",
}
"""The direction of each message whose attempt counts."""

Numbers = Mapping[int, int]
"""The new number of an attempt by its old one; every other attempt becomes 0."""


@dataclass(frozen=True)
class Side:
    """The requests that are not handled yet and the answers that the saga has not read, oldest first.

    The first `older` answers were there when the pending request was made: its deadline counts once they are read
    (`streams/deadline_check.py`).
    """

    step: ClassVar[Step]
    requests: tuple[SagaRequest, ...] = ()
    answers: tuple[Event, ...] = ()
    older: int = 0

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way that happens without anybody's will."""
        return bool(self.requests or self.answers)

    def moves(self) -> Iterator["Move[Side]"]:
        """Everything that this side may do next."""
        raise NotImplementedError

    def ask(self, request: SagaRequest) -> Self:
        """Add a request."""
        return replace(self, requests=(*self.requests, request))

    def answer(self, *events: Event) -> Self:
        """Add what the saga is to read."""
        return replace(self, answers=(*self.answers, *events))

    def drop_answer(self) -> Self:
        """Remove the answer that the saga has read."""
        return replace(self, answers=self.answers[1:], older=max(0, self.older - 1))

    def waiting(self, direction: Direction) -> Iterator[int]:
        """The attempts of the requests that are not handled yet."""
        return (request.attempt for request in self.requests if DIRECTION_OF.get(type(request)) == direction)

    def expired(self) -> Iterator[int]:
        """The attempts of the reservations of which the saga will read that they have expired, or may."""
        return (event.attempt or 0 for event in self.answers if isinstance(event, InventoryExpired))

    def renumber(self, direction: Direction, numbers: Numbers, waiting: Numbers) -> Self:  # noqa: ARG002 - for those who override it
        """Give attempts other numbers; what is only compared with requests that wait needs none between theirs."""
        return replace(
            self,
            requests=_renumber(self.requests, direction, numbers),
            answers=_renumber(self.answers, direction, numbers),
        )


def number_of(attempt: int, numbers: Numbers) -> int:
    """Return the number of an attempt, or of the last one before it: it is as old as that one."""
    return max((number for other, number in numbers.items() if other <= attempt), default=0)


def _renumber(events: Sequence[Any], direction: Direction, numbers: Numbers) -> tuple[Any, ...]:
    return tuple(
        event.model_copy(update={"attempt": number_of(event.attempt, numbers)})
        if DIRECTION_OF.get(type(event)) == direction
        else event
        for event in events
    )

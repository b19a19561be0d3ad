"""What people could do about a saga, and what it would lead to."""

from typing import Literal

from schemas.documents import SagaState
from schemas.message import Cents, Command, Currency, Id, Instant, Message
from schemas.order import OrderStatus
from schemas.saga import Direction, Step
from schemas.text import Line

SagaAction = Literal["retry", "mark done", "force fail", "confirm", "cancel"]


class RequestToCome(Message):
    """A request that an action would lead to at once, with its amount if it moves money."""

    step: Step
    direction: Direction
    attempt: int
    amount: Cents | None = None
    currency: Currency | None = None


class SagaActionPreview(Message):
    """What an action would do now: computed by the functions that would do it.

    `state` and `orderStatus` are those afterwards. `requests` are asked for at once, the first until `deadline`; then
    `toUndo` follows, in this order. `takenAsDone` is undone as the evidence says, and `left` is never undone. `records`
    are the events. With `needsSecondPerson` nothing happens until another operator confirms it.
    """

    action: SagaAction
    state: SagaState
    order_status: OrderStatus
    requests: tuple[RequestToCome, ...]
    deadline: Instant | None
    to_undo: tuple[Step, ...]
    taken_as_done: tuple[Step, ...]
    left: tuple[Step, ...]
    records: tuple[str, ...]
    needs_second_person: bool = False


class Evidence(Command):
    """Why a stuck saga should go on: what was settled, and how that is known.

    With a `step`, only while the undo of that step is given up.
    """

    evidence: Line
    step: Step | None = None


class Confirmation(Command):
    """The proposal that is confirmed."""

    proposal_id: Id

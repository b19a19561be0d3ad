"""Sagas as operators see them: what each waits for, until when, and what it has done and would undo."""

from schemas.documents import SagaState
from schemas.message import IncompleteFrom, Message, Time
from schemas.saga import Direction, Ending, Resolution, Step
from schemas.saga_actions import SagaActionPreview


class WaitingRequest(Message):
    """A request without an answer yet; with `retryAt` it is sent again then, else it has until `deadline`.

    `attempt` counts over the saga's whole life, `tries` within the round that `maxAttempts` limits.
    """

    step: Step
    direction: Direction
    attempt: int
    tries: int
    asked_at: Time
    retry_at: Time | None
    deadline: Time | None


class Proposal(Message):
    """A way out that counts once another operator confirms it, until `expiresAt`."""

    proposal_id: str
    operator: str
    evidence: str
    resolution: Resolution
    step: Step
    proposed_at: Time
    expires_at: Time


class RequestedResolution(Message):
    """A way out that was asked for, and that the saga is about to take."""

    operator: str
    evidence: str
    resolution: Resolution
    confirmed_by: str | None
    requested_at: Time


class SagaOnBoard(Message):
    """A saga: where it stands since when, what it waits for, and its steps.

    `remaining` are the steps after the one that runs; `undo` those that are undone, or would be if the saga were given
    up now: what is done or may be done, the last first. `suspended` is the request that waits for a renewed
    reservation. Deadlines are those of the configuration in force. `actions` are what people could do now and what it
    would lead to, computed from the log; in a list only those of stuck sagas. `proposal` waits for a second person.
    """

    order_id: str
    order_number: str | None
    customer_id: str
    total_amount: int
    currency: str
    state: SagaState
    since: Time
    moved_at: Time
    started_at: Time
    request: WaitingRequest | None
    suspended: WaitingRequest | None
    max_attempts: int
    steps: tuple[Step, ...]
    done: tuple[Step, ...]
    remaining: tuple[Step, ...]
    undo: tuple[Step, ...]
    ending: Ending | None
    reason: str | None
    failed_step: Step | None
    stuck_reason: str | None
    is_order_ended: bool
    proposal: Proposal | None
    requested: RequestedResolution | None
    actions: tuple[SagaActionPreview, ...]
    version: int
    position: int
    incomplete_from: IncompleteFrom = None


class SagaBoard(Message):
    """One part of a list of sagas, those first that have not moved for longest, and how many are in each state."""

    items: list[SagaOnBoard]
    total: int
    skip: int
    limit: int
    next: str | None
    by_state: dict[SagaState, int]

"""The bodies of answers to an admin's browser: stock, orders, sagas, lag and the configuration."""

from typing import Any

from bff.answers import Accepted, Order, OrderAccepted, Product, Time
from schemas.config import ConfigKey
from schemas.documents import SagaState
from schemas.message import Message
from schemas.saga import Direction, Ending, Resolution, Step
from schemas.saga_actions import SagaActionPreview


class ProductAccepted(Accepted):
    """A command about a product was recorded."""

    product_id: str


class AdminProducts(Message):
    """One part of the list of all products, also the discontinued ones; `next` is the cursor of the next part."""

    items: list[Product]
    total: int
    skip: int
    limit: int
    next: str | None


class RowError(Message):
    """One thing that is wrong with a row, which begins on physical line `line` of what was sent."""

    line: int
    product_id: str | None
    field: str | None
    code: str
    detail: str


class CatalogueImported(Message):
    """How many rows were read and what they led to; one that changes several things counts at each."""

    dry_run: bool
    rows: int
    created: int
    updated: int
    price_changed: int
    relisted: int
    discontinued: int
    unchanged: int
    failed: int
    errors: list[RowError]
    errors_left_out: int
    recorded: Accepted | None


class StockOfProduct(Message):
    """The pieces of one product in one warehouse; `name` is null of a product that is not described yet."""

    product_id: str
    name: str | None
    warehouse_id: str
    on_hand: int
    reserved: int
    available: int
    received: int
    adjusted: int
    shipped: int


class Stocks(Message):
    """One part of the list of what is in the warehouses; `next` is the cursor of the next part."""

    items: list[StockOfProduct]
    total: int
    skip: int
    limit: int
    next: str | None


class ReceiptAccepted(Accepted):
    """A delivery was recorded."""

    receipt_id: str


class AdjustmentAccepted(Accepted):
    """A corrected count was recorded."""

    adjustment_id: str


class SagaRequest(Message):
    """The request that waits for its answer, or for the time to be sent again."""

    step: Step
    direction: Direction
    attempt: int
    retry_at: Time | None = None


class SagaProgress(Message):
    """The state of the order's fulfilment, and the request that runs, if one does."""

    state: str
    request: SagaRequest | None = None


class AdminOrder(Order):
    """An order as an admin sees it: with the rules it was priced by, and where its fulfilment stands."""

    rules_version: str
    saga: SagaProgress


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


class ResolutionAccepted(OrderAccepted):
    """A way out of a stuck saga was asked for; one with a `proposalId` counts once another operator confirms it."""

    proposal_id: str | None


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
    steps: list[Step]
    done: list[Step]
    remaining: list[Step]
    undo: list[Step]
    ending: Ending | None
    reason: str | None
    failed_step: Step | None
    stuck_reason: str | None
    is_order_ended: bool
    proposal: Proposal | None
    requested: RequestedResolution | None
    actions: list[SagaActionPreview]
    version: int
    position: int


class SagaBoard(Message):
    """One part of a list of sagas, those first that have not moved for longest, and how many are in each state."""

    items: list[SagaOnBoard]
    total: int
    skip: int
    limit: int
    next: str | None
    by_state: dict[SagaState, int]


class LettersDecided(Accepted):
    """So many dead letters were decided about; whoever has parked them carries it out within a second."""

    decided: int


class CauseDecided(Message):
    """So many dead letters were decided about; `next` goes on with the rest, if there are more."""

    decided: int
    next: str | None


class ConsumerLag(Message):
    """How many positions of the log a consumer has still to go where it is furthest behind."""

    name: str
    behind: int


class Lag(Message):
    """How far the log goes, and who is behind: the relay and the processors, and the read models."""

    head: int
    consumers: list[ConsumerLag]
    views: list[ConsumerLag]


class ConfigAccepted(Accepted):
    """The version of a key that is in force now; `version` is that of the stream."""

    key: ConfigKey
    config_version: int


class ConfigVersion(Message):
    """The value of a key in one version; version 0 is what was released, which nobody has set."""

    key: ConfigKey
    version: int
    value: dict[str, Any]
    by: str | None = None
    reason: str | None = None
    changed_at: Time | None = None


class ConfigChange(Message):
    """One version of a key without its value."""

    version: int
    by: str | None = None
    reason: str | None = None
    changed_at: Time | None = None


class ConfigHistory(ConfigVersion):
    """The value in force, and one part of the list of its versions, the newest first."""

    versions: list[ConfigChange]
    total: int
    next: str | None

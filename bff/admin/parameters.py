"""The query parameters of an admin's lists; what they may be, the query API checks."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from bff.parameters import ListParameters, PageParameters, Parameters, Word
from schemas.actor_type import ActorType
from schemas.config import Percent, Weight
from schemas.dead_letters import LetterKind
from schemas.documents import SagaState
from schemas.log_proof import MAX_COMPARED
from schemas.logged_event import MAX_NAMES, MAX_REPLAYED, Category, CorrelationId, StreamName, Topic, TypeName
from schemas.message import Id
from schemas.order import OrderStatus
from schemas.saga import Step
from schemas.time_travel import DocumentKey, ViewTitle
from schemas.what_if import MAX_RATES, FeeText, TaxText

Position = Annotated[int, Field(ge=1, le=2**63 - 1)]


class AdminProductParameters(PageParameters):
    """Whether the products are for sale; without it, all of them."""

    for_sale: bool | None = None


class StockParameters(PageParameters):
    """The product, the warehouse, and the level: `low` or `out` of what is sold; all by default."""

    product_id: Id | None = None
    warehouse_id: Id | None = None
    level: Literal["low", "out"] | None = None


class AdminOrderParameters(PageParameters):
    """Filters of orders: the whole number, customer, mail address of the customer, status, and time placed."""

    number: Word | None = None
    customer_id: Id | None = None
    email: Word | None = None
    status: OrderStatus | None = None
    from_: Annotated[AwareDatetime | None, Field(alias="from")] = None
    to: AwareDatetime | None = None


class SagaParameters(PageParameters):
    """The state, by default those under way; the step that runs; and the seconds for which nothing has happened."""

    state: SagaState | None = None
    step: Step | None = None
    stale_for: Annotated[int, Field(ge=0, le=366 * 86_400)] | None = None


class DeadLetterParameters(ListParameters):
    """What is parked: by kind, consumer, cause, order, and whether it waits to be tried again or is dead."""

    kind: LetterKind | None = None
    consumer: Id | None = None
    cause: Id | None = None
    order_id: Id | None = None
    state: Literal["waiting", "dead"] | None = None


class HistoryParameters(ListParameters):
    """Which part of the versions to list."""


class _EventFilters(Parameters):
    stream: Annotated[tuple[StreamName, ...], Field(max_length=MAX_NAMES)] = ()
    category: Annotated[tuple[Category, ...], Field(max_length=MAX_NAMES)] = ()
    order: Id | None = None
    type: Annotated[tuple[TypeName, ...], Field(max_length=MAX_NAMES)] = ()
    topic: Annotated[tuple[Topic, ...], Field(max_length=MAX_NAMES)] = ()
    actor_type: ActorType | None = None
    actor_id: CorrelationId | None = None
    correlation_id: CorrelationId | None = None
    causation_id: CorrelationId | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class EventParameters(_EventFilters, ListParameters):
    """Which events are wanted, and how they are listed; `type` may end in `.*`, and `order` be an id or a number."""

    sort: Literal["newest", "oldest"] | None = None
    position: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class FollowParameters(_EventFilters):
    """Which of the events after a position are told; without it, those after now."""

    after: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None


class ReplayParameters(_EventFilters):
    """Which events after a position, and up to another: at most `limit` of them."""

    after: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    last: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_REPLAYED)] = 1_000


class StreamParameters(Parameters):
    """Which events of a stream: after a version, at most `limit` of them."""

    after: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_REPLAYED)] = 1_000


class GrowthParameters(Parameters):
    """Two sizes of the log; without `new`, all that is signed."""

    old: Position = 1
    new: Position | None = None


class ComparedParameters(Parameters):
    """Which events are compared: from a position on, and how many."""

    first: Position = 1
    limit: Annotated[int, Field(ge=1, le=MAX_COMPARED)] = MAX_COMPARED


Place = Annotated[int, Field(ge=0, le=2**63 - 1)]


class MomentParameters(Parameters):
    """When: a position of the log, a version (which event, from 1) or a time; only one of them, by default now.

    `sincePosition`, `sinceVersion` and `sinceAt` say likewise since when changes are listed; by default none are.
    """

    position: Place | None = None
    version: Place | None = None
    at: AwareDatetime | None = None
    since_position: Place | None = None
    since_version: Place | None = None
    since_at: AwareDatetime | None = None


class AggregateParameters(MomentParameters):
    """The stream of the aggregate, and when; that it is named, the query API checks."""

    stream: StreamName | None = None


class DocumentParameters(MomentParameters):
    """What the view is called, the id of the document in it, and when; that both are named, the query API checks."""

    view: ViewTitle | None = None
    id: DocumentKey | None = None


class CausesParameters(Parameters):
    """A correlation id, or an order by its id or number: then that of the request that placed it."""

    correlation_id: CorrelationId | None = None
    order: Id | None = None


class _WhatIfPeriod(Parameters):
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class PricingWhatIf(_WhatIfPeriod):
    """Rates of tax (`US-OH:7.25`) and shipping fees (`USD:499:4000`) that differ from the rules in force."""

    tax: Annotated[tuple[TaxText, ...], Field(max_length=MAX_RATES)] = ()
    other_tax: Percent | None = None
    fee: Annotated[tuple[FeeText, ...], Field(max_length=MAX_RATES)] = ()


class TrendingWhatIf(Parameters):
    """What a view, a cart add and an order weigh, and the hours after which they weigh half; else as released."""

    view: Weight | None = None
    cart_add: Weight | None = None
    order: Weight | None = None
    half_life_hours: Annotated[float, Field(ge=0.1, le=8_760)] | None = None


class StepsWhatIf(_WhatIfPeriod):
    """The step that is taken first; the others follow as they do."""

    first: Step | None = None

"""States of the past, for those who analyse the shop; what is personal is opened for admins alone."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from edge.auth import requires
from history.time_travel.past import Moment
from query_api.context import CurrentContext
from query_api.event_search import POSITIONS
from query_api.paging import QueryParameters
from query_api.past_opening import open_past
from query_api.routers.logged_events import CurrentLog
from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.errors import Invalid
from schemas.logged_event import CorrelationId, StreamName
from schemas.message import Id
from schemas.time_travel import CausationTree, DocumentKey, PastState, ViewTitle

Place = Annotated[int, Field(ge=0, le=POSITIONS)]
READERS = requires("admin", "analyst")
Reader = Annotated[Actor, READERS]
router = APIRouter(prefix="/analytics/as-of", tags=["time travel"], dependencies=[READERS])


class MomentParameters(QueryParameters):
    """When: a position of the log, a version (which event, from 1) or a time; only one of them, by default now.

    `sincePosition`, `sinceVersion` and `sinceAt` say likewise since when changes are listed; by default none are.
    """

    position: Place | None = None
    version: Place | None = None
    at: AwareDatetime | None = None
    since_position: Place | None = None
    since_version: Place | None = None
    since_at: AwareDatetime | None = None

    @property
    def moment(self) -> Moment:
        """When the state is asked for."""
        return Moment(self.position, self.version, self.at)

    @property
    def since(self) -> Moment | None:
        """Since when changes are asked for, None where they are not."""
        since = Moment(self.since_position, self.since_version, self.since_at)
        return None if since.is_now else since


class AggregateParameters(MomentParameters):
    """The stream of the aggregate, and when."""

    stream: StreamName


class DocumentParameters(MomentParameters):
    """What the view is called, the id of the document in it, and when."""

    view: ViewTitle
    id: DocumentKey


class CausesParameters(QueryParameters):
    """A correlation id, or an order by its id or number: then that of the request that placed it."""

    correlation_id: CorrelationId | None = None
    order: Id | None = None


@router.get("/aggregate")
async def get_aggregate(
    parameters: Annotated[AggregateParameters, Query()],
    reader: Reader,
    context: CurrentContext,
    log: CurrentLog,
) -> PastState:
    """Get an aggregate as of a moment: its stream, folded as the shop folds it to decide."""
    past = await log.aggregate(parameters.stream, parameters.moment, parameters.since)
    return await open_past(context.opener, past) if may_open(reader) else past


@router.get("/document")
async def get_document(
    parameters: Annotated[DocumentParameters, Query()],
    reader: Reader,
    context: CurrentContext,
    log: CurrentLog,
) -> PastState:
    """Get a document of a read model as of a moment: the events that touch it, folded as the projectors fold them."""
    past = await log.document(
        parameters.view, parameters.id, parameters.moment, parameters.since, partitions=context.partitions
    )
    return await open_past(context.opener, past) if may_open(reader) else past


@router.get("/causes")
async def get_causes(parameters: Annotated[CausesParameters, Query()], log: CurrentLog) -> CausationTree:
    """Get all events of one correlation among the newest million, and which caused which, also as pictures."""
    match parameters:
        case CausesParameters(correlation_id=str(correlation_id), order=None):
            return await log.causation_tree(correlation_id)
        case CausesParameters(correlation_id=None, order=str(order)):
            return await log.causation_tree(await log.correlation_of_order(order))
    raise Invalid("either a correlation id or an order is needed")


def may_open(actor: Actor) -> bool:
    """Whether somebody may read what is personal."""
    return ActorType.ADMIN in actor.roles

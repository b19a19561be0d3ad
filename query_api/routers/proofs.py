"""The proof that the log was not changed, for those who audit the shop: they verify it themselves."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field
from starlette.requests import Request

from edge.auth import requires
from history.proof.signed_log import SignedLog
from query_api.app_parts import app_part
from query_api.event_search import POSITIONS
from query_api.paging import QueryParameters
from schemas.log_proof import MAX_COMPARED, ConsistencyProof, InclusionProof, LogComparison, SignedHead
from schemas.logged_event import CorrelationId

Position = Annotated[int, Field(ge=1, le=POSITIONS)]
router = APIRouter(prefix="/audit", tags=["proofs"], dependencies=[requires("admin", "auditor")])


class GrowthParameters(QueryParameters):
    """Two sizes of the log; without `new`, all that is signed."""

    old: Position = 1
    new: Position | None = None


class ComparedParameters(QueryParameters):
    """Which events are compared: from a position on, and how many."""

    first: Position = 1
    limit: Annotated[int, Field(ge=1, le=MAX_COMPARED)] = MAX_COMPARED


async def signed_log(request: Request) -> SignedLog:
    """Return the signed log of the request's app; a dependency.

    Raises:
        Unavailable: This process has none.
    """
    return cast(SignedLog, app_part(request, "signed_log", "the proof of the log cannot be read here"))


CurrentLog = Annotated[SignedLog, Depends(signed_log)]


@router.get("/proofs/head")
async def get_head(log: CurrentLog) -> SignedHead:
    """Get the newest signed head of the log's tree, which is over all events up to some within the last second."""
    return await log.head()


@router.get("/proofs/events/{position}")
async def prove_event(position: Annotated[Position, Path()], log: CurrentLog) -> InclusionProof:
    """Get the proof that an event is in the log, with all that its leaf covers."""
    return await log.prove_event(position)


@router.get("/proofs/event-ids/{event_id}")
async def prove_event_of_id(event_id: Annotated[CorrelationId, Path()], log: CurrentLog) -> InclusionProof:
    """Get the same of the event with an id, which is looked for among a bounded number of events."""
    return await log.prove_event(await log.position_of(event_id))


@router.get("/proofs/growth")
async def prove_growth(parameters: Annotated[GrowthParameters, Query()], log: CurrentLog) -> ConsistencyProof:
    """Get the proof that the log has only grown from one size to another."""
    return await log.prove_growth(parameters.old, parameters.new)


@router.get("/verify")
async def compare_events(parameters: Annotated[ComparedParameters, Query()], log: CurrentLog) -> LogComparison:
    """Compare some events of the log with their leaves in the second place; those that were changed are named."""
    return await log.compare(parameters.first, parameters.first + parameters.limit - 1)

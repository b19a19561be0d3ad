"""The proof that the log was not changed, for those who audit the shop."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from bff.admin.parameters import ComparedParameters, GrowthParameters, Position
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.log_proof import ConsistencyProof, InclusionProof, LogComparison, SignedHead
from schemas.logged_event import CorrelationId

router = APIRouter(prefix="/bff/audit", tags=["audit"], dependencies=[restricted("admin", "auditor")])


@router.get("/proofs/head")
async def get_head(calls: CurrentCalls) -> SignedHead:
    """Get the newest signed head of the log's tree, which is over all events up to some within the last second."""
    return await calls.query("/audit/proofs/head", answer=SignedHead)


@router.get("/proofs/events/{position}")
async def prove_event(position: Annotated[Position, Path()], calls: CurrentCalls) -> InclusionProof:
    """Get the proof that an event is in the log, with all that its leaf covers."""
    return await calls.query(f"/audit/proofs/events/{position}", answer=InclusionProof)


@router.get("/proofs/event-ids/{event_id}")
async def prove_event_of_id(event_id: Annotated[CorrelationId, Path()], calls: CurrentCalls) -> InclusionProof:
    """Get the same of the event with an id, which is looked for among a bounded number of events."""
    return await calls.query(f"/audit/proofs/event-ids/{event_id}", answer=InclusionProof)


@router.get("/proofs/growth")
async def prove_growth(parameters: Annotated[GrowthParameters, Query()], calls: CurrentCalls) -> ConsistencyProof:
    """Get the proof that the log has only grown from one size to another."""
    return await calls.query("/audit/proofs/growth", answer=ConsistencyProof, parameters=parameters.pairs())


@router.get("/verify")
async def compare_events(parameters: Annotated[ComparedParameters, Query()], calls: CurrentCalls) -> LogComparison:
    """Compare some events of the log with their leaves in the second place; those that were changed are named."""
    return await calls.query("/audit/verify", answer=LogComparison, parameters=parameters.pairs())

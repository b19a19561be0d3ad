"""States of the past, for those who analyse the shop; what is personal is opened for admins alone."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.admin.parameters import AggregateParameters, CausesParameters, DocumentParameters
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.time_travel import CausationTree, PastState

router = APIRouter(prefix="/bff/analytics/as-of", tags=["analytics"], dependencies=[restricted("admin", "analyst")])


@router.get("/aggregate")
async def get_aggregate(parameters: Annotated[AggregateParameters, Query()], calls: CurrentCalls) -> PastState:
    """Get an aggregate as of a moment: its stream, folded as the shop folds it to decide."""
    return await calls.query("/analytics/as-of/aggregate", answer=PastState, parameters=parameters.pairs())


@router.get("/document")
async def get_document(parameters: Annotated[DocumentParameters, Query()], calls: CurrentCalls) -> PastState:
    """Get a document of a read model as of a moment: the events that touch it, folded as the projectors fold them."""
    return await calls.query("/analytics/as-of/document", answer=PastState, parameters=parameters.pairs())


@router.get("/causes")
async def get_causes(parameters: Annotated[CausesParameters, Query()], calls: CurrentCalls) -> CausationTree:
    """Get all events of one correlation among the newest million, and which caused which, also as pictures."""
    return await calls.query("/analytics/as-of/causes", answer=CausationTree, parameters=parameters.pairs())

"""Queries for sagas, by operators: where each order is, since when, and what it waits for."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request

from edge.auth import requires
from history.event_log import EventLog
from query_api.configuration import read_config
from query_api.context import CurrentContext, QueryContext
from query_api.freshness import fresh
from query_api.order_records import read_records
from query_api.paging import PageParameters
from query_api.sagas import (
    LIVE,
    LONGEST_WAITING,
    Previews,
    count_by_state,
    count_sagas,
    present_sagas,
)
from schemas.config import ConfigKey, DeadlineRules
from schemas.documents import SAGAS_VIEW, Document, SagaState, document_time
from schemas.errors import NotFound
from schemas.message import Id
from schemas.order_records import OrderRecords
from schemas.saga import Step
from schemas.saga_board import SagaBoard, SagaOnBoard

YEAR = 366 * 86_400
ReadPreviews = Callable[[Sequence[str], DeadlineRules], Awaitable[Previews]]
"""Returns what could be done about the sagas of these orders."""


class SagaParameters(PageParameters):
    """The state, by default those under way; the step that runs; and the seconds for which nothing has happened."""

    state: SagaState | None = None
    step: Step | None = None
    stale_for: Annotated[int, Field(ge=0, le=YEAR)] | None = None


async def read_previews(request: Request, context: CurrentContext) -> ReadPreviews:
    """Return what reads what could be done about sagas; nothing where this process has no log. A dependency."""
    log: EventLog | None = request.app.state.event_log

    async def read(order_ids: Sequence[str], rules: DeadlineRules) -> Previews:
        if log is None or not order_ids:
            return {}
        is_required = context.is_second_person_required
        return await log.saga_actions(order_ids, rules, context.clock(), is_second_person_required=is_required)

    return read


CurrentPreviews = Annotated[ReadPreviews, Depends(read_previews)]
router = APIRouter(
    prefix="/admin/sagas", tags=["sagas"], dependencies=[requires("admin", "operator"), fresh(SAGAS_VIEW)]
)


@router.get("")
async def list_sagas(
    parameters: Annotated[SagaParameters, Query()], context: CurrentContext, previews: CurrentPreviews
) -> SagaBoard:
    """List the sagas under way, or those in one state; first those that have not moved for longest."""
    states = LIVE if parameters.state is None else (parameters.state,)
    query: Document = {"state": {"$in": [state.value for state in states]}}
    if parameters.step is not None:
        query["step"] = parameters.step.value
    within = _not_moved(parameters, context)
    page = await context.find_page(SAGAS_VIEW, query, LONGEST_WAITING, parameters, apart="state", within=within)
    total = (
        await context.count(SAGAS_VIEW, query | within, apart="state")
        if within
        else await count_sagas(context, states, parameters.step)
    )
    rules = await _rules(context)
    stuck = [each["_id"] for each in page.documents if each["state"] == SagaState.STUCK]
    return SagaBoard(
        items=await present_sagas(context, rules, page.documents, await previews(stuck, rules)),
        total=total,
        skip=parameters.skip,
        limit=parameters.limit,
        next=page.next,
        by_state=await count_by_state(context),
    )


@router.get("/{order_id}")
async def get_saga(order_id: Id, context: CurrentContext, previews: CurrentPreviews) -> SagaOnBoard:
    """Get the saga of one order, with what could be done about it now."""
    document = await context.find_by_id(SAGAS_VIEW, order_id)
    if document is None:
        raise NotFound(f"there is no saga of order {order_id}", order_id=order_id)
    rules = await _rules(context)
    [saga] = await present_sagas(context, rules, [document], await previews([order_id], rules))
    return saga


@router.get("/{order_id}/records")
async def get_records(order_id: Id, request: Request, context: CurrentContext) -> OrderRecords:
    """Get what there is about one order beside its events: timers, what is parked, and documents as they are kept."""
    state = request.app.state
    if await context.find_by_id(SAGAS_VIEW, order_id) is None:
        raise NotFound(f"there is no saga of order {order_id}", order_id=order_id)
    return await read_records(context, order_id, state.read_timers, state.parked_rows)


def _not_moved(parameters: SagaParameters, context: QueryContext) -> Document:
    if parameters.stale_for is None:
        return {}
    return {"movedAt": {"$lte": document_time(context.clock() - timedelta(seconds=parameters.stale_for))}}


async def _rules(context: QueryContext) -> DeadlineRules:
    rules = await read_config(context, ConfigKey.DEADLINES)
    assert isinstance(rules, DeadlineRules)  # noqa: S101 - the key says so
    return rules

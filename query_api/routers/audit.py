"""Every event, for those who audit the shop: who reads it is recorded before it is answered."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from edge.auth import CurrentActor, requires
from query_api.app_parts import app_part
from query_api.audit.notes import AuditNotes
from query_api.audit.parameters import (
    AuditParameters,
    OrderParameters,
    PartParameters,
    ReportParameters,
    build_search,
    order_id_of,
    period_of,
    read_place,
    search_of,
    write_place,
)
from query_api.audit.report import make_report
from query_api.audit.report_files import MEDIA_TYPES, file_name, write_report
from query_api.audit.search import AuditSearch, search_audit
from query_api.context import CurrentContext, QueryContext
from query_api.routers.logged_events import CurrentLog
from schemas.audit import AuditPage, AuditReport, AuditSection, RecordAuditExport, ReportFormat
from schemas.audit_keys import TRAIL_KEY, order_key, person_key
from schemas.errors import NotFound
from schemas.message import Id

FILES = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}
router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[requires("admin", "auditor")])


async def audit_notes(request: Request) -> AuditNotes:
    """Return what notes the readings of the request's app; a dependency.

    Raises:
        Unavailable: This process has none.
    """
    return cast(AuditNotes, app_part(request, "audit_notes", "the audit cannot be read here"))


CurrentNotes = Annotated[AuditNotes, Depends(audit_notes)]


@router.get("/events")
async def search_events(
    parameters: Annotated[AuditParameters, Query()],
    actor: CurrentActor,
    context: CurrentContext,
    log: CurrentLog,
    notes: CurrentNotes,
) -> AuditPage:
    """Find events by person, order, type, correlation, outcome, address and time."""
    wanted = await build_search(parameters, context, log)
    await notes.read(AuditSection.EVENTS, actor.id)
    return await _page(context, log, wanted, parameters, of="events")


@router.get("/users/{user_id}")
async def get_person(
    user_id: Id,
    parameters: Annotated[PartParameters, Query()],
    actor: CurrentActor,
    context: CurrentContext,
    log: CurrentLog,
    notes: CurrentNotes,
) -> AuditPage:
    """Get what a person did, and what was done about them."""
    await notes.read(AuditSection.USER, actor.id, user_id)
    wanted = search_of(parameters, frozenset({person_key(user_id)}))
    return await _page(context, log, wanted, parameters, of=f"user {user_id}")


@router.get("/orders/{order_id}")
async def get_order(
    order_id: Id,
    parameters: Annotated[OrderParameters, Query()],
    actor: CurrentActor,
    context: CurrentContext,
    log: CurrentLog,
    notes: CurrentNotes,
) -> AuditPage:
    """Get the whole life cycle of an order, by its id or number: all that was asked, answered and done for it."""
    found = await order_id_of(order_id, log)
    await notes.read(AuditSection.ORDER, actor.id, found or order_id)
    page = None
    if found is not None:
        wanted = search_of(parameters, frozenset({order_key(found)}))
        page = await _page(context, log, wanted, parameters, of=f"order {found}")
    if page is None or not (page.items or parameters.cursor or parameters.since or parameters.until):
        raise NotFound(f"no order {order_id}", order_id=order_id)
    return page


@router.get("/security")
async def get_security(
    parameters: Annotated[PartParameters, Query()],
    actor: CurrentActor,
    context: CurrentContext,
    log: CurrentLog,
    notes: CurrentNotes,
) -> AuditPage:
    """Get the security trail: logins, what was refused, what people with rights changed, and who read this."""
    await notes.read(AuditSection.SECURITY, actor.id)
    wanted = search_of(parameters, frozenset({TRAIL_KEY}))
    return await _page(context, log, wanted, parameters, of="security")


@router.get("/report", response_model=AuditReport, responses={200: {"content": FILES}})
async def get_report(
    parameters: Annotated[ReportParameters, Query()],
    request: Request,
    actor: CurrentActor,
    context: CurrentContext,
    log: CurrentLog,
    notes: CurrentNotes,
) -> AuditReport | Response:
    """Get the report of a period: counts, the security trail but for what is only counted, and the log's signed head.

    As CSV, or as HTML that prints, it is a file.
    """
    period, form = period_of(parameters, context.clock()), parameters.format
    if form is ReportFormat.JSON:
        await notes.read(AuditSection.REPORT, actor.id)
    else:
        await notes.exported(RecordAuditExport(format=form, first=period.first, last=period.last, by=actor.id))
    report = await make_report(context, log, request.app.state.signed_log, period, by=actor.id)
    if form is ReportFormat.JSON:
        return report
    disposition = {"Content-Disposition": f'attachment; filename="{file_name(report, form)}"'}
    return Response(write_report(report, form), media_type=MEDIA_TYPES[form], headers=disposition)


async def _page(
    context: QueryContext, log: CurrentLog, wanted: AuditSearch, parameters: PartParameters, *, of: str
) -> AuditPage:
    start = read_place(parameters, of)
    found = await search_audit(context, log, wanted, start=start, limit=parameters.limit)
    return AuditPage(
        items=found.events,
        next=write_place(found.next, parameters, of),
        looked_at=found.looked_at,
        head=await log.head(),
    )

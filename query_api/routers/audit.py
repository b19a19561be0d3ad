"""Every event, for those who audit the shop: who reads it is recorded before it is answered."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from edge.auth import CurrentActor, requires
from history.event_log import EventLog
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


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who asks, and what their questions are answered from."""

    id: str
    context: QueryContext
    log: EventLog
    notes: AuditNotes

    async def find(self, wanted: AuditSearch, parameters: PartParameters, *, of: str) -> AuditPage:
        """Return a part of what is found; `of` names the search that its cursor belongs to."""
        start = read_place(parameters, of)
        found = await search_audit(self.context, self.log, wanted, start=start, limit=parameters.limit)
        return AuditPage(
            items=found.events,
            next=write_place(found.next, parameters, of),
            looked_at=found.looked_at,
            head=await self.log.head(),
        )


async def auditor(
    actor: CurrentActor,
    context: CurrentContext,
    log: CurrentLog,
    notes: Annotated[AuditNotes, Depends(audit_notes)],
) -> Auditor:
    """Return who asks; a dependency."""
    return Auditor(actor.id, context, log, notes)


CurrentAuditor = Annotated[Auditor, Depends(auditor)]


@router.get("/events")
async def search_events(parameters: Annotated[AuditParameters, Query()], auditor: CurrentAuditor) -> AuditPage:
    """Find events by person, order, type, correlation, outcome, address and time."""
    wanted = await build_search(parameters, auditor.context, auditor.log)
    await auditor.notes.read(AuditSection.EVENTS, auditor.id)
    return await auditor.find(wanted, parameters, of="events")


@router.get("/users/{user_id}")
async def get_person(user_id: Id, parameters: Annotated[PartParameters, Query()], auditor: CurrentAuditor) -> AuditPage:
    """Get what a person did, and what was done about them."""
    await auditor.notes.read(AuditSection.USER, auditor.id, user_id)
    wanted = search_of(parameters, frozenset({person_key(user_id)}))
    return await auditor.find(wanted, parameters, of=f"user {user_id}")


@router.get("/orders/{order_id}")
async def get_order(
    order_id: Id, parameters: Annotated[OrderParameters, Query()], auditor: CurrentAuditor
) -> AuditPage:
    """Get the whole life cycle of an order, by its id or number: all that was asked, answered and done for it."""
    found = await order_id_of(order_id, auditor.log)
    await auditor.notes.read(AuditSection.ORDER, auditor.id, found or order_id)
    if found is None:
        raise _no_order(order_id)
    wanted = search_of(parameters, frozenset({order_key(found)}))
    page = await auditor.find(wanted, parameters, of=f"order {found}")
    if not page.items and not (parameters.cursor or parameters.since or parameters.until):
        raise _no_order(order_id)
    return page


@router.get("/security")
async def get_security(parameters: Annotated[PartParameters, Query()], auditor: CurrentAuditor) -> AuditPage:
    """Get the security trail: logins, what was refused, what people with rights changed, and who read this."""
    await auditor.notes.read(AuditSection.SECURITY, auditor.id)
    return await auditor.find(search_of(parameters, frozenset({TRAIL_KEY})), parameters, of="security")


@router.get("/report", response_model=AuditReport, responses={200: {"content": FILES}})
async def get_report(
    parameters: Annotated[ReportParameters, Query()], request: Request, auditor: CurrentAuditor
) -> AuditReport | Response:
    """Get the report of a period: counts, the security trail but for what is only counted, and the log's signed head.

    As CSV, or as HTML that prints, it is a file.
    """
    period, form = period_of(parameters, auditor.context.clock()), parameters.format
    if form is ReportFormat.JSON:
        await auditor.notes.read(AuditSection.REPORT, auditor.id)
    else:
        note = RecordAuditExport(format=form, first=period.first, last=period.last, by=auditor.id)
        await auditor.notes.exported(note)
    signed_log = request.app.state.signed_log
    report = await make_report(auditor.context, auditor.log, signed_log, period, by=auditor.id)
    if form is ReportFormat.JSON:
        return report
    disposition = {"Content-Disposition": f'attachment; filename="{file_name(report, form)}"'}
    return Response(write_report(report, form), media_type=MEDIA_TYPES[form], headers=disposition)


def _no_order(order_id: str) -> NotFound:
    return NotFound(f"no order {order_id}", order_id=order_id)

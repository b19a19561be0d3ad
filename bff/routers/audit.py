"""Every event, for those who audit the shop: who reads it is recorded."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from bff.admin.audit_parameters import AuditParameters, AuditPartParameters, ReportParameters
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.audit import AuditPage, AuditReport, ReportFormat
from schemas.message import Id

FILES = {
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.HTML: "text/html; charset=utf-8",
}
CONTENT = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type in FILES.values()}
router = APIRouter(prefix="/bff/audit", tags=["audit"], dependencies=[restricted("admin", "auditor")])


@router.get("/events")
async def search_events(parameters: Annotated[AuditParameters, Query()], calls: CurrentCalls) -> AuditPage:
    """Find events by person, order, type, correlation, outcome, address and time."""
    return await calls.query("/audit/events", answer=AuditPage, parameters=parameters.pairs())


@router.get("/users/{user_id}")
async def get_person(
    user_id: Id, parameters: Annotated[AuditPartParameters, Query()], calls: CurrentCalls
) -> AuditPage:
    """Get what a person did, and what was done about them."""
    return await calls.query(f"/audit/users/{user_id}", answer=AuditPage, parameters=parameters.pairs())


@router.get("/orders/{order_id}")
async def get_order(
    order_id: Id, parameters: Annotated[AuditPartParameters, Query()], calls: CurrentCalls
) -> AuditPage:
    """Get the whole life cycle of an order, by its id or number."""
    return await calls.query(f"/audit/orders/{order_id}", answer=AuditPage, parameters=parameters.pairs())


@router.get("/security")
async def get_security(parameters: Annotated[AuditPartParameters, Query()], calls: CurrentCalls) -> AuditPage:
    """Get the security trail: logins, what was refused, what people with rights changed, and who read this."""
    return await calls.query("/audit/security", answer=AuditPage, parameters=parameters.pairs())


@router.get("/report", response_model=AuditReport, responses={200: {"content": CONTENT}})
async def get_report(parameters: Annotated[ReportParameters, Query()], calls: CurrentCalls) -> AuditReport | Response:
    """Get the report of a period; as CSV, or as HTML that prints, it is a file."""
    form = parameters.format or ReportFormat.JSON
    if form is ReportFormat.JSON:
        return await calls.query("/audit/report", answer=AuditReport, parameters=parameters.pairs())
    content = await calls.query_bytes("/audit/report", parameters=parameters.pairs())
    name = f'attachment; filename="audit-report.{form.value}"'
    return Response(content, media_type=FILES[form], headers={"Content-Disposition": name})

"""What auditors read and take out, reported by the services that answer them."""

from datetime import datetime

from fastapi import APIRouter

from command_api.context import Caller, CurrentCaller, new_cause
from edge.auth import requires
from schemas.actor_type import ActorType
from schemas.audit import AuditExported, AuditRead, AuditTrailEvent, RecordAuditExport, RecordAuditRead
from schemas.errors import Forbidden
from schemas.message import Message
from schemas.stream_names import AUDIT_STREAM

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[requires(ActorType.SYSTEM)])


class AuditRecorded(Message):
    """The stream that says who has read what."""

    stream_id: str


@router.post("/reads")
async def record_read(body: RecordAuditRead, caller: CurrentCaller) -> AuditRecorded:
    """Record that an auditor reads something; the same within a minute is recorded once."""
    return await _record(caller, AuditRead(minute=_this_minute(caller), **dict(body)))


@router.post("/exports")
async def record_export(body: RecordAuditExport, caller: CurrentCaller) -> AuditRecorded:
    """Record that an auditor takes out a report; the same within a minute is recorded once."""
    return await _record(caller, AuditExported(minute=_this_minute(caller), **dict(body)))


def _this_minute(caller: Caller) -> datetime:
    return caller.context.clock().replace(second=0, microsecond=0)


async def _record(caller: Caller, event: AuditTrailEvent) -> AuditRecorded:
    """Record it unless it is; what one auditor can append in a minute is limited."""
    if caller.actor.type is not ActorType.SYSTEM:
        raise Forbidden("only for the shop's own services")
    context, key = caller.context, f"{event.wire_name} {event.as_json().decode()}"
    if await context.store.idempotency_record(key, now=context.clock()) is None:
        await context.accounts.limiter.hit("reading of the audit by account", event.by)
        await context.stream_end.append(AUDIT_STREAM, [event], new_cause(context, caller.actor), key=key)
    return AuditRecorded(stream_id=AUDIT_STREAM)

"""Denials of services that do not append themselves, reported by them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from command_api.context import CurrentCaller
from edge.auth import requires
from edge.denials import MAX_KEYS, Denial
from schemas.actor_type import ActorType
from schemas.errors import Forbidden
from schemas.message import Command, Message

router = APIRouter(prefix="/security", tags=["security"], dependencies=[requires(ActorType.SYSTEM)])


class DenialReport(Command):
    """What a service has refused; a repeat of the same report is recorded once."""

    denials: Annotated[tuple[Denial, ...], Field(min_length=1, max_length=MAX_KEYS)]


class DenialsRecorded(Message):
    """How many denials the report had."""

    recorded: int


@router.post("/denials")
async def report_denials(body: DenialReport, caller: CurrentCaller) -> DenialsRecorded:
    """Record what another service has refused."""
    if caller.actor.type is not ActorType.SYSTEM:
        raise Forbidden("only for the shop's own services")
    await caller.context.security_log.record(body.denials)
    return DenialsRecorded(recorded=len(body.denials))

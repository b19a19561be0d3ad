"""Views of products, counted by the services that show them."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from command_api.context import CurrentCaller
from edge.auth import requires
from event_store.unit_of_work import UnitOfWork
from schemas.accepted import Accepted
from schemas.actor_type import ActorType
from schemas.errors import Forbidden
from schemas.message import Command
from schemas.product import CountViews
from schemas.stream_names import product_stream

MAX_COUNTS = 200
OLDEST, LATEST = timedelta(days=1), timedelta(minutes=5)
"""How far a minute may lie before and after the time at which it is reported; what lies further is left out."""

router = APIRouter(prefix="/products", tags=["products"], dependencies=[requires(ActorType.SYSTEM)])


class ViewReport(Command):
    """What a service has counted: one entry for each product and minute."""

    views: Annotated[tuple[CountViews, ...], Field(min_length=1, max_length=MAX_COUNTS)]


class ViewsCounted(Accepted):
    """How many of the entries were recorded: not those of products that do not exist, nor of another day."""

    counted: int


@router.post("/-views", response_model=ViewsCounted)
async def count_views(body: ViewReport, caller: CurrentCaller) -> Response:
    """Record how often products were viewed; a report is repeated under its Idempotency-Key."""
    if caller.actor.type is not ActorType.SYSTEM:
        raise Forbidden("only for the shop's own services")
    caller.require_key()
    request = caller.make_request(body)
    wanted = [each for each in body.views if _is_recent(each.minute, request.cause.at)]
    streams = [product_stream(each.product_id) for each in body.views]
    async with request.reply_once() as idempotent, caller.context.store.exclusive(streams):
        for unit in idempotent.attempts():
            await unit.load(caller.context.products, streams)
            counted = [each for each in wanted if unit.decide(product_stream(each.product_id), each, request.cause)]
            await idempotent.commit(unit, _reply(unit, streams[-1], len(counted)))
    return idempotent.response(200)


def _is_recent(minute: datetime, now: datetime) -> bool:
    return now - OLDEST <= minute <= now + LATEST


def _reply(unit: UnitOfWork, stream: str, counted: int) -> ViewsCounted:
    return ViewsCounted(counted=counted, stream_id=stream, version=unit.version(stream), position=0)

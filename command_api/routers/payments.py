"""The payment provider's late word on a charge, passed on by whoever receives it."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictBool
from starlette.responses import Response

from command_api.context import CurrentCaller
from command_api.handling import CommandResult, StreamCommand
from command_api.responses import OrderAccepted
from edge.auth import requires
from event_store.reading import EventReader
from schemas.errors import NotFound
from schemas.message import Command, Id, Text
from schemas.payment import Charge
from schemas.saga import PaymentProcessing
from schemas.stream_names import payment_stream, saga_stream

router = APIRouter(prefix="/payments", tags=["payments"], dependencies=[requires("system", "admin")])


class ChargeAnswered(Command):
    """What became of a charge; said twice, it is recorded once."""

    order_id: Id
    attempt: Annotated[int, Field(strict=True, ge=1, le=1_000)]
    approved: StrictBool
    code: Text | None = None


@router.post("", response_model=OrderAccepted)
async def record_charge(body: ChargeAnswered, caller: CurrentCaller) -> Response:
    """Record the provider's answer to a charge that was asked for."""
    asked = await _asked(caller.desk.store, body)
    command = Charge(
        order_id=body.order_id,
        attempt=body.attempt,
        amount=asked.amount,
        currency=asked.currency,
        idempotency_key=asked.idempotency_key,
        approved=body.approved,
        code=body.code or ("approved" if body.approved else "declined"),
    )
    turn = StreamCommand(caller.desk.payments, payment_stream(body.order_id), command)
    return await caller.asks(body).run([turn], partial(_accepted, body.order_id))


async def _asked(store: EventReader, body: ChargeAnswered) -> PaymentProcessing:
    """The saga's request for this charge, or `NotFound`: nobody is told of money that was never asked for."""
    for envelope in await store.stream(saga_stream(body.order_id)):
        match envelope.event:
            case PaymentProcessing(attempt=body.attempt) as asked:
                return asked
    raise NotFound("no such charge was asked for", order_id=body.order_id, attempt=body.attempt)


def _accepted(order_id: str, outcomes: Sequence[CommandResult]) -> OrderAccepted:
    [outcome] = outcomes
    return OrderAccepted(
        order_id=order_id, stream_id=outcome.stream, version=outcome.version, position=outcome.position
    )

"""Answers of the payment provider that arrive after the request for a charge."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictBool
from starlette.responses import Response

from command_api.context import CurrentCaller, StreamCommand
from domain.payment import Payment
from edge.auth import requires
from event_store.reading import EventReader
from schemas.accepted import OrderAccepted
from schemas.errors import ChargeContradicted, NotFound
from schemas.message import Command, Id
from schemas.payment import Charge
from schemas.saga import PaymentProcessing
from schemas.stream_names import payment_stream, saga_stream
from schemas.text import Line

router = APIRouter(prefix="/payments", tags=["payments"], dependencies=[requires("system", "admin")])


class ChargeAnswered(Command):
    """The provider's answer to a charge; a repeat is recorded once."""

    order_id: Id
    attempt: Annotated[int, Field(strict=True, ge=1, le=1_000)]
    approved: StrictBool
    code: Line | None = None


@router.post("", response_model=OrderAccepted)
async def record_charge(body: ChargeAnswered, caller: CurrentCaller) -> Response:
    """Record the provider's answer to a requested charge; a refusal of one it has approved is refused."""
    stream = payment_stream(body.order_id)
    requested = await _find_request(caller.context.store, body)
    _check_answer(body, (await caller.context.payments.load(stream)).state)
    command = Charge(
        order_id=body.order_id,
        attempt=body.attempt,
        amount=requested.amount,
        currency=requested.currency,
        idempotency_key=requested.idempotency_key,
        approved=body.approved,
        code=body.code or ("approved" if body.approved else "declined"),
    )
    commands = [StreamCommand(caller.context.payments, stream, command)]
    return await caller.make_request(body).handle(commands, partial(OrderAccepted, order_id=body.order_id))


def _check_answer(body: ChargeAnswered, payment: Payment) -> None:
    """Raise `ChargeContradicted` if the provider has approved this charge before, and refuses it now."""
    if payment.has_approved(body.attempt) and not body.approved:
        detail = f"attempt {body.attempt} to charge order {body.order_id} was approved"
        raise ChargeContradicted(detail, order_id=body.order_id, attempt=body.attempt)


async def _find_request(store: EventReader, body: ChargeAnswered) -> PaymentProcessing:
    """Return the saga's request for this charge, or raise `NotFound`."""
    for envelope in await store.stream(saga_stream(body.order_id)):
        match envelope.event:
            case PaymentProcessing(attempt=body.attempt) as requested:
                return requested
    raise NotFound("no such charge was asked for", order_id=body.order_id, attempt=body.attempt)

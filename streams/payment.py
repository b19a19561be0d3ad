"""The payment agent: asks the gateway, records its word."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.payment import PAYMENT, charge_refusal, is_charged
from event_store.records import Timer
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from schemas.errors import Poison
from schemas.payment import Charge, Refund, Void
from schemas.saga import PaymentProcessing, PaymentRefund
from schemas.stream_names import payment_stream, saga_stream
from schemas.topics import ORDERS
from streams.metrics import Metrics
from streams.payment_gateway import Gateway
from streams.per_order import for_each_order
from streams.processor import Processor, Trigger

LATE = "charge"


class Payments(Processor):
    """Charges and refunds.

    The gateway moves money once per idempotency key, so asking again after a crash is safe; an undone order's charge
    is refused before anyone is asked.
    """

    consumer = "payment"
    topics = frozenset({ORDERS})
    types = frozenset({PaymentProcessing.wire_name, PaymentRefund.wire_name})
    timer_kind = LATE

    def __init__(self, store: EventStore, gateway: Gateway, *, clock: Callable[[], datetime], metrics: Metrics) -> None:
        super().__init__(store, clock=clock, metrics=metrics)
        self._gateway = gateway
        self._payments = Repository(store, PAYMENT)

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> None:
        """Ask for every order at once."""
        await unit.load(self._payments, (payment_stream(trigger.order_id) for trigger in triggers))
        await for_each_order(triggers, partial(self._serve, unit=unit))

    async def _serve(self, trigger: Trigger, *, unit: UnitOfWork) -> None:
        match trigger.event:
            case PaymentProcessing() as request:
                await self._charge(request, trigger, unit)
            case PaymentRefund() as request:
                await self._refund(request, trigger, unit)
            case _ if trigger.timer is not None:
                unit.cancel_timer(trigger.timer.id)
                await self._charge(await self._asked(trigger.timer), trigger, unit)
            case _:
                raise TypeError(f"{trigger.event} is not asked of payment")

    async def _charge(self, request: PaymentProcessing, trigger: Trigger, unit: UnitOfWork) -> None:
        stream = payment_stream(trigger.order_id)
        charge = partial(
            Charge,
            order_id=trigger.order_id,
            attempt=request.attempt,
            amount=request.amount,
            currency=request.currency,
            idempotency_key=request.idempotency_key,
        )
        if trigger.timer is None and (reason := charge_refusal(unit.state(stream))):
            unit.decide(stream, charge(approved=False, code=reason), trigger.cause)
            return
        answer = await self._gateway.charge(request)
        if answer is None:
            return
        if answer.after and trigger.timer is None:
            unit.set_timer(self._later(request, trigger.cause.at + timedelta(seconds=answer.after)))
        else:
            said = charge(approved=answer.approved, code=answer.code, retriable=answer.retriable)
            unit.decide(stream, said, trigger.cause)

    async def _refund(self, request: PaymentRefund, trigger: Trigger, unit: UnitOfWork) -> None:
        stream = payment_stream(trigger.order_id)
        if not is_charged(unit.state(stream)):
            unit.decide(stream, Void(order_id=trigger.order_id, attempt=request.attempt), trigger.cause)
        elif answer := await self._gateway.refund(request):
            said = Refund(
                order_id=trigger.order_id, attempt=request.attempt, approved=answer.approved, code=answer.code
            )
            unit.decide(stream, said, trigger.cause)

    def _later(self, request: PaymentProcessing, due_at: datetime) -> Timer:
        attempt = str(request.attempt)
        return Timer(f"{LATE}-{request.order_id}-{attempt}", LATE, request.order_id, attempt, due_at)

    async def _asked(self, timer: Timer) -> PaymentProcessing:
        """The request a late answer belongs to; the saga's stream remembers it."""
        for envelope in await self._store.stream(saga_stream(timer.subject)):
            event: Any = envelope.event
            if isinstance(event, PaymentProcessing) and str(event.attempt) == timer.token:
                return event
        raise Poison(f"timer {timer.id} belongs to no request")

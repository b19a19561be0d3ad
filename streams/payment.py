"""The payment processor: sends requests to the gateway and records its answers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.payment import PAYMENT, PaymentPhase, charge_refusal, is_charged
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
from streams.payment_gateway import Gateway, GatewayAnswer, RefundAnswer
from streams.provider_calls import DEFAULT_LIMITS, CallLimits
from streams.provider_processor import ProviderProcessor
from streams.triggers import Trigger

LATE_CHARGE = "charge"


class Payments(ProviderProcessor):
    """Charges and refunds.

    The gateway moves money once per idempotency key, so a request may be sent again after a crash. The charge of an
    order that is already undone is refused without the gateway. An undo always asks the gateway, since a charge whose
    answer was lost may have been made.
    """

    consumer = "payment"
    topics = frozenset({ORDERS})
    types = frozenset({PaymentProcessing.wire_name, PaymentRefund.wire_name})
    timer_kind = LATE_CHARGE

    def __init__(
        self,
        store: EventStore,
        gateway: Gateway,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
        limits: CallLimits = DEFAULT_LIMITS,
    ) -> None:
        super().__init__(store, clock=clock, metrics=metrics, limits=limits)
        self._gateway = gateway
        self._payments = Repository(store, PAYMENT)

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        """Handle the requests of different orders concurrently."""
        await unit.load(self._payments, (payment_stream(trigger.order_id) for trigger in triggers))
        return await self.call_for_each(triggers, partial(self._handle, unit=unit))

    async def _handle(self, trigger: Trigger, *, unit: UnitOfWork) -> None:
        match trigger.event:
            case PaymentProcessing() as request:
                await self._charge(request, trigger, unit)
            case PaymentRefund() as request:
                await self._refund(request, trigger, unit)
            case _ if trigger.timer is not None:
                await self._charge(await self._find_request(trigger.timer), trigger, unit)
                unit.cancel_timer(trigger.timer.id)
            case _:
                raise TypeError(f"{trigger.event} is no request to payment")

    async def _charge(self, request: PaymentProcessing, trigger: Trigger, unit: UnitOfWork) -> None:
        stream = payment_stream(trigger.order_id)
        is_late_answer = trigger.timer is not None
        reason = None if is_late_answer else charge_refusal(unit.state(stream))
        if reason:
            answer: GatewayAnswer | None = GatewayAnswer(approved=False, code=reason)
        else:
            key = f"{request.idempotency_key}/{request.attempt}"
            answer = await self.calls.ask(trigger.order_id, key, partial(self._gateway.charge, request))
        if answer and answer.after and not is_late_answer:
            unit.set_timer(_late_answer_timer(request, trigger.cause.at + timedelta(seconds=answer.after)))
        elif answer:
            unit.decide(stream, charge_command(request, answer), trigger.cause)

    async def _refund(self, request: PaymentRefund, trigger: Trigger, unit: UnitOfWork) -> None:
        stream = payment_stream(trigger.order_id)
        if unit.state(stream).phase is PaymentPhase.REFUNDED:
            unit.decide(stream, Void(order_id=trigger.order_id, attempt=request.attempt), trigger.cause)
            return
        key = f"{request.idempotency_key}/{request.attempt}"
        answer = await self.calls.ask(trigger.order_id, key, partial(self._gateway.refund, request))
        if answer:
            for command in refund_commands(request, answer, is_charged=is_charged(unit.state(stream))):
                unit.decide(stream, command, trigger.cause)

    async def _find_request(self, timer: Timer) -> PaymentProcessing:
        """The request that a late answer belongs to, from the saga's stream."""
        for envelope in await self._store.stream(saga_stream(timer.subject)):
            event: Any = envelope.event
            if isinstance(event, PaymentProcessing) and str(event.attempt) == timer.token:
                return event
        raise Poison(f"timer {timer.id} belongs to no request")


def charge_command(request: PaymentProcessing, answer: GatewayAnswer) -> Charge:
    """What to record of the gateway's answer to a charge."""
    return Charge(
        order_id=request.order_id,
        attempt=request.attempt,
        amount=request.amount,
        currency=request.currency,
        idempotency_key=request.idempotency_key,
        approved=answer.approved,
        code=answer.code,
        retriable=answer.retriable,
    )


def refund_commands(
    request: PaymentRefund, answer: RefundAnswer, *, is_charged: bool
) -> Sequence[Charge | Refund | Void]:
    """What to record of an undo: a charge that we learn of only now comes first."""
    refund = Refund(order_id=request.order_id, attempt=request.attempt, approved=answer.approved, code=answer.code)
    if is_charged:
        return (refund,)
    if not answer.was_charged:
        return (Void(order_id=request.order_id, attempt=request.attempt),)
    charge = Charge(
        order_id=request.order_id,
        attempt=answer.charge_attempt,
        amount=request.amount,
        currency=request.currency,
        idempotency_key=request.idempotency_key,
        approved=True,
        code="found_when_undone",
        retriable=False,
    )
    return (charge, refund)


def _late_answer_timer(request: PaymentProcessing, due_at: datetime) -> Timer:
    timer_id = late_charge_timer(request.order_id, request.attempt)
    return Timer(timer_id, LATE_CHARGE, request.order_id, str(request.attempt), due_at)


def late_charge_timer(order_id: str, attempt: int) -> str:
    """Return the id of the timer of a charge that is answered late."""
    return f"{LATE_CHARGE}-{order_id}-{attempt}"

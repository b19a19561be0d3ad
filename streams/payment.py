"""The payment agent: asks the gateway, records its word."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.gateway import Gateway
from domain.payment import PAYMENT, is_charged, refuses
from event_store.records import Timer
from event_store.repository import Repository
from event_store.store import EventStore
from schemas.errors import Poison
from schemas.payment import Charge, Refund, Void
from schemas.saga import PaymentProcessing, PaymentRefund
from schemas.streams import payment_stream, saga_stream
from schemas.topics import ORDERS
from streams.asking import each_order
from streams.draft import Draft
from streams.figures import Figures
from streams.processor import Processor, Task

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

    def __init__(self, store: EventStore, gateway: Gateway, *, clock: Callable[[], datetime], figures: Figures) -> None:
        super().__init__(store, clock=clock, figures=figures)
        self._gateway = gateway
        self._payments = Repository(store, PAYMENT)

    async def react(self, tasks: Sequence[Task], draft: Draft) -> None:
        """Ask for every order at once."""
        await draft.load(self._payments, (payment_stream(task.order_id) for task in tasks))
        await each_order(tasks, partial(self._serve, draft=draft))

    async def _serve(self, task: Task, *, draft: Draft) -> None:
        match task.event:
            case PaymentProcessing() as request:
                await self._charge(request, task, draft)
            case PaymentRefund() as request:
                await self._refund(request, task, draft)
            case _ if task.timer is not None:
                draft.forget(task.timer.id)
                await self._charge(await self._asked(task.timer), task, draft)
            case _:
                raise TypeError(f"{task.event} is not asked of payment")

    async def _charge(self, request: PaymentProcessing, task: Task, draft: Draft) -> None:
        stream = payment_stream(task.order_id)
        charge = partial(
            Charge,
            order_id=task.order_id,
            attempt=request.attempt,
            amount=request.amount,
            currency=request.currency,
            idempotency_key=request.idempotency_key,
        )
        if task.timer is None and (reason := refuses(draft.state(stream))):
            draft.decide(stream, charge(approved=False, code=reason), task.cause)
            return
        answer = await self._gateway.charge(request)
        if answer is None:
            return
        if answer.after and task.timer is None:
            draft.remind(self._later(request, task.cause.at + timedelta(seconds=answer.after)))
        else:
            said = charge(approved=answer.approved, code=answer.code, retriable=answer.retriable)
            draft.decide(stream, said, task.cause)

    async def _refund(self, request: PaymentRefund, task: Task, draft: Draft) -> None:
        stream = payment_stream(task.order_id)
        if not is_charged(draft.state(stream)):
            draft.decide(stream, Void(order_id=task.order_id, attempt=request.attempt), task.cause)
        elif answer := await self._gateway.refund(request):
            said = Refund(order_id=task.order_id, attempt=request.attempt, approved=answer.approved, code=answer.code)
            draft.decide(stream, said, task.cause)

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

"""The notification processor: asks for a mail about each event that leads to one, and hands the mails over.

Both go by the log. An event of the table leads to `notification.requested`, and that, once it is published, to the
attempt. So a mail that cannot be handed over waits alone, parked with its request: no order waits, and no other mail.

At least once: a mail whose answer was lost is handed over again, with the same Message-ID. In one process that happens
only where the server's answer did not come.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from domain.notification import NOTIFICATION, NotificationPhase
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from identity.sealing import Sealer
from schemas.envelope import Envelope
from schemas.notification import (
    AnyNotificationCommand,
    NotificationRequested,
    RecordFailed,
    RecordSent,
    Suppress,
    SuppressReason,
)
from schemas.topics import ORDERS, PEOPLE
from streams.mail.causes import AGE_LIMIT, TEMPLATES
from streams.mail.links import Links
from streams.mail.requests import MailRequests
from streams.mail.transport import Delivery, MailTransport, message_id
from streams.mail.writer import Writer
from streams.metrics import Metrics
from streams.people import People
from streams.provider_calls import DEFAULT_LIMITS, CallLimits
from streams.provider_processor import ProviderProcessor
from streams.triggers import Trigger

REMEMBERED = 10_000
"""Deliveries that are remembered until they are recorded."""
NO_ANSWER = "no_answer"
"""The code of a mail that was given up because no server took or refused it."""


class Notifications(ProviderProcessor):
    """Requests mails and hands them over; each is a subject of its own and waits for no other."""

    consumer = "notification"
    topics = frozenset({ORDERS, PEOPLE})
    types = frozenset({NotificationRequested.wire_name, *(event.wire_name for event in TEMPLATES)})

    def __init__(
        self,
        store: EventStore,
        transport: MailTransport,
        sealer: Sealer,
        *,
        links: Links,
        domain: str,
        clock: Callable[[], datetime],
        metrics: Metrics,
        limits: CallLimits = DEFAULT_LIMITS,
    ) -> None:
        """Hand mails to `transport`; their Message-IDs end in `domain`."""
        super().__init__(store, clock=clock, metrics=metrics, limits=limits)
        people = People(store)
        self._transport = transport
        self._domain = domain
        self._requests = MailRequests(store, people)
        self._writer = Writer(store, sealer, people, links)
        self._mails = Repository(store, NOTIFICATION)
        self._delivered: OrderedDict[str, Delivery] = OrderedDict()

    def subject_of(self, envelope: Envelope) -> str:
        """Return the mail's stream, or the event that may lead to mails."""
        return envelope.stream if isinstance(envelope.event, NotificationRequested) else envelope.id

    def select(self, triggers: Sequence[Trigger]) -> Sequence[Trigger]:
        """Return all of them: no mail takes another's place."""
        return triggers

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        """Request mails about events, and hand over those that were requested, all at once."""
        requested = [each for each in triggers if isinstance(each.event, NotificationRequested)]
        await self._request([each for each in triggers if each not in requested], unit)
        await unit.load(self._mails, (trigger.order_id for trigger in requested))
        return await self.call_for_each(requested, partial(self._hand_over, unit=unit))

    async def _request(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> None:
        requests = await self._requests.about(triggers, now=self._clock())
        await unit.load(self._mails, (each.stream for each in requests))
        for each in requests:
            unit.decide(each.stream, each.command, each.trigger.cause, subject_id=each.user_id)

    async def _hand_over(self, trigger: Trigger, *, unit: UnitOfWork) -> None:
        stream, request = trigger.order_id, trigger.event
        if not isinstance(request, NotificationRequested):
            raise TypeError(f"{request} is no request of a mail")
        if unit.state(stream).phase is NotificationPhase.REQUESTED:
            command = await self._attempt(stream, request, trigger.message.attempts if trigger.message else 0)
            unit.decide(stream, command, trigger.cause)

    async def _attempt(self, stream: str, request: NotificationRequested, attempts: int) -> AnyNotificationCommand:
        of: dict[str, Any] = {"user_id": request.user_id, "order_id": request.order_id}
        cause = await self._writer.find_cause(request)
        if stream not in self._delivered and self._clock() - cause.occurred_at > AGE_LIMIT:
            return RecordFailed(code=NO_ANSWER, attempts=attempts, **of) if attempts else _too_old(of)
        mail_id = message_id(stream, self._domain)
        if stream not in self._delivered:
            mail = await self._writer.write(mail_id, request.template, cause)
            if mail is None:
                return Suppress(reason=SuppressReason.NO_ACCOUNT, **of)
            self._remember(stream, await self.calls.ask(stream, mail_id, partial(self._transport.send, mail)))
        delivery = self._delivered[stream]
        if delivery.accepted:
            return RecordSent(message_id=mail_id, **of)
        return RecordFailed(code=delivery.code, attempts=attempts + 1, **of)

    def _remember(self, stream: str, delivery: Delivery) -> None:
        """Keep a delivery: a batch that is decided again must not hand its mails over again."""
        self._delivered[stream] = delivery
        if len(self._delivered) > REMEMBERED:
            self._delivered.popitem(last=False)


def _too_old(of: dict[str, Any]) -> Suppress:
    return Suppress(reason=SuppressReason.TOO_OLD, **of)

"""Decides which mails are requested about events, and for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from domain.email_claim import EMAIL_CLAIM
from domain.user import User
from event_store.store import EventStore
from schemas.email_claim import EmailClaimEvent
from schemas.envelope import Envelope
from schemas.message import Event
from schemas.notification import RequestNotification, Suppress, SuppressReason, Template
from schemas.stream_names import email_claim_stream, notification_stream
from schemas.user import EmailChangeRequested, EmailVerificationRequested
from streams.mail.causes import AGE_LIMIT, TEMPLATES, templates_of
from streams.mail.events_about import Cause, find_causes, subject_fields
from streams.people import People
from streams.triggers import Trigger


@dataclass(frozen=True, slots=True)
class MailRequest:
    """What to record in the stream of one mail because of `trigger`; `user_id` is the person it is for, if known."""

    trigger: Trigger
    stream: str
    command: RequestNotification | Suppress
    user_id: str | None = None


class MailRequests:
    """Reads what tells whether an event leads to a mail: its order, its person, and who holds the address."""

    def __init__(self, store: EventStore, people: People) -> None:
        self._store = store
        self._people = people

    async def about(self, triggers: Sequence[Trigger], *, now: datetime) -> list[MailRequest]:
        """Return the mails about these events; those that are not to be sent as suppressed."""
        old = [each for each in triggers if each.occurred_at and now - each.occurred_at > AGE_LIMIT]
        requests = [request for each in old for request in _too_old(each)]
        causes = await find_causes(self._store, [each for each in triggers if each not in old])
        people = await self._people.load({cause.user_id for cause in causes})
        holders = await self._find_holders(causes, people)
        for cause in causes:
            requests += _about(cause, people[cause.user_id], holders)
        return requests

    async def _find_holders(self, causes: Sequence[Cause], people: Mapping[str, User]) -> Mapping[str, str | None]:
        """Return who holds the addresses that are to be proven, by the addresses' indexes."""
        indexes = {_index(cause.event, people[cause.user_id]) for cause in causes} - {""}
        found = await self._store.streams({email_claim_stream(index): 0 for index in indexes}) if indexes else {}
        return {index: _holder(found[email_claim_stream(index)]) for index in indexes}


def _too_old(trigger: Trigger) -> list[MailRequest]:
    event = cast("Event", trigger.event)
    command = Suppress(reason=SuppressReason.TOO_OLD, **subject_fields(event, getattr(event, "user_id", "")))
    return [
        MailRequest(trigger, notification_stream(trigger.cause.id, template), command)
        for template in TEMPLATES[type(event)]
    ]


def _about(cause: Cause, user: User, holders: Mapping[str, str | None]) -> list[MailRequest]:
    holder = holders.get(_index(cause.event, user))
    templates = templates_of(cause.event, is_taken=holder not in (None, user.id), is_verified=user.is_verified)
    return [
        MailRequest(cause.trigger, notification_stream(cause.id, each), _command(cause, each, user), user.id or None)
        for each in templates
    ]


def _command(cause: Cause, template: Template, user: User) -> RequestNotification | Suppress:
    fields = subject_fields(cause.event, cause.user_id)
    if not user.exists:
        return Suppress(reason=SuppressReason.NO_ACCOUNT, **fields)
    return RequestNotification(template=template, cause_id=cause.id, cause_position=cause.position, **fields)


def _index(event: Event, user: User) -> str:
    """Return the index of the address that is to be proven; nothing where none is."""
    match event:
        case EmailVerificationRequested():
            return user.email_index
        case EmailChangeRequested():
            return event.email_index
    return ""


def _holder(envelopes: Sequence[Envelope]) -> str | None:
    return EMAIL_CLAIM.fold(cast("EmailClaimEvent", each.event) for each in envelopes).holder

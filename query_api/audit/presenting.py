"""Events as auditors see them: without their personal fields, but for the client's address and user agent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from history.reading_stored import logged_event
from query_api.context import Opener
from schemas.audit import AuditedEvent
from schemas.audit_keys import order_of, outcome_of
from schemas.codec import Stored
from schemas.envelope import Client, Envelope
from schemas.sealed import Sealed
from schemas.security import SecurityFact

MAX_FACT = 500
"""Characters of a text among the facts."""


async def present_events(opener: Opener, events: Sequence[tuple[Stored, Envelope]]) -> list[AuditedEvent]:
    """Return events as they are answered; all that is opened is opened at once."""
    sealed = [(_address_of(envelope), (envelope.client or Client()).user_agent) for _, envelope in events]
    opened = iter(await opener.open_all([field for pair in sealed for field in pair if field is not None]))
    texts = [tuple(None if field is None else next(opened) for field in pair) for pair in sealed]
    return [
        AuditedEvent(
            **dict(logged_event(stored)),
            outcome=outcome_of(envelope.type),
            order_id=order_of(envelope),
            facts=dict(_facts(orjson.loads(stored.state).get("data", {}))),
            ip=ip,
            user_agent=agent,
        )
        for (stored, envelope), (ip, agent) in zip(events, texts, strict=True)
    ]


def _address_of(envelope: Envelope) -> Sealed | None:
    if isinstance(envelope.event, SecurityFact):
        return envelope.event.address
    return envelope.client.ip if envelope.client else None


def _facts(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of an event's data that are no objects or lists; what is sealed is an object."""
    for name, value in data.items():
        if isinstance(value, str):
            yield name, value[:MAX_FACT]
        elif isinstance(value, bool | int | float):
            yield name, value

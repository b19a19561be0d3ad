"""One parked message or failed timer, found by its name."""

from event_store.reading import EventReader
from event_store.records import FailedTimer, ParkedFilter, ParkedMessage

OF_ONE_SUBJECT = 100
"""Timers of one subject that are looked through."""


async def find_parked_message(reader: EventReader, consumer: str, position: int) -> ParkedMessage | None:
    """Return the message that a consumer has parked at a position, unless it only waits behind another."""
    rows = await reader.parked_messages(ParkedFilter(consumer=consumer), after=(consumer, position - 1), limit=1)
    return next((row for row in rows if row.position == position), None)


async def find_failed_timer(reader: EventReader, kind: str, subject: str, timer_id: str) -> FailedTimer | None:
    """Return a timer of a subject, if it has failed."""
    failed = await reader.failed_timers(ParkedFilter(consumer=kind, subject=subject), limit=OF_ONE_SUBJECT)
    return next((each for each in failed if each.timer.id == timer_id), None)

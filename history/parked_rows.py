"""What consumers have parked beside the log: messages and timers, as operators ask for them."""

from collections.abc import Sequence

from event_store.parked import find_failed_timer, find_parked_message
from event_store.reading import EventReader
from event_store.records import FailedTimer, ParkedCount, ParkedFilter, ParkedMessage
from schemas.dead_letters import DeadLetterShown, LetterFilter, LetterKey, LetterKind, letter_id


class ParkedRows:
    """Asks a reader; every answer is bounded."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader

    async def messages(self, wanted: LetterFilter, after: tuple[str, int], limit: int) -> Sequence[DeadLetterShown]:
        """Return parked messages by (consumer, position), those past `after`."""
        return [
            _of_message(each)
            for each in await self._reader.parked_messages(ParkedFilter(*wanted), after=after, limit=limit)
        ]

    async def timers(self, wanted: LetterFilter, after: tuple[str, str], limit: int) -> Sequence[DeadLetterShown]:
        """Return failed timers by (kind, id), those past `after`."""
        return [
            _of_timer(each)
            for each in await self._reader.failed_timers(ParkedFilter(*wanted), after=after, limit=limit)
        ]

    async def find(self, key: LetterKey) -> DeadLetterShown | None:
        """Return one message or timer, if it is parked."""
        if key.kind is LetterKind.MESSAGE:
            row = await find_parked_message(self._reader, key.consumer, int(key.name))
            return _of_message(row) if row else None
        failed = await find_failed_timer(self._reader, key.consumer, key.subject, key.name)
        return _of_timer(failed) if failed else None

    async def counts(self) -> Sequence[ParkedCount]:
        """Return how many messages and timers are parked and dead, by consumer."""
        return await self._reader.parked_counts()


def _of_message(row: ParkedMessage) -> DeadLetterShown:
    name = str(row.position)
    return DeadLetterShown(
        id=letter_id(LetterKey(LetterKind.MESSAGE, row.consumer, name)),
        kind=LetterKind.MESSAGE,
        consumer=row.consumer,
        subject=row.subject,
        position=row.position,
        view=None,
        cause=row.cause,
        attempts=row.attempts,
        since=row.since,
        retry_at=None if row.dead_at else row.retry_at,
        dead_at=row.dead_at,
        is_copied=row.is_copied,
        name=name,
        trace=row.trace,
        topic=row.partition.topic or None,
        partition=row.partition.partition if row.partition.topic else None,
        stream=None,
    )


def _of_timer(failed: FailedTimer) -> DeadLetterShown:
    timer = failed.timer
    return DeadLetterShown(
        id=letter_id(LetterKey(LetterKind.TIMER, timer.kind, timer.id, timer.subject)),
        kind=LetterKind.TIMER,
        consumer=timer.kind,
        subject=timer.subject,
        position=None,
        view=None,
        cause=failed.cause,
        attempts=timer.attempts,
        since=failed.since,
        retry_at=None if failed.dead_at else timer.due_at,
        dead_at=failed.dead_at,
        is_copied=failed.is_copied,
        name=timer.id,
        trace=failed.trace,
        topic=None,
        partition=None,
        stream=None,
    )

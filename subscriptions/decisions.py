"""Reads what operators have decided about dead letters; whoever has parked them carries it out."""

import structlog

from event_store.reading import EventReader
from schemas.codec import decode
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.stream_names import DEAD_LETTERS_STREAM

PAGE = 500

log = structlog.get_logger(__name__)


async def read_decisions(reader: EventReader, after: int) -> tuple[list[Envelope], int]:
    """Return the decisions after a version, and the last version; what a later release has written is left out."""
    decisions: list[Envelope] = []
    while page := await reader.versions(DEAD_LETTERS_STREAM, after=after, limit=PAGE):
        after = page[-1].version
        for stored in page:
            try:
                decisions.append(decode(stored))
            except Poison as poison:
                log.error("unreadable decision", version=stored.version, cause=poison.detail)  # noqa: TRY400
    return decisions, after

"""Notes who reads the audit before it is answered: what cannot be noted is not answered."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime

from schemas.audit import AuditSection, RecordAuditExport, RecordAuditRead

REMEMBERED = 1_000
"""Readings that were noted within the minute; more are noted again, which changes nothing."""
Note = RecordAuditRead | RecordAuditExport
RecordNote = Callable[[Note], Awaitable[None]]
"""Has the command API record a note; a repeat within the minute changes nothing.

It raises `Unavailable` where that is not known to be recorded, `TooManyRequests` where somebody reads too often.
"""


class AuditNotes:
    """Has each reading recorded once in a minute."""

    def __init__(self, record: RecordNote, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._clock = clock
        self._noted: OrderedDict[tuple[datetime, RecordAuditRead], None] = OrderedDict()

    async def read(self, section: AuditSection, by: str, about: str | None = None) -> None:
        """Note that somebody reads a section.

        Raises:
            Unavailable: It cannot be recorded.
            TooManyRequests: They read too often.
        """
        note = RecordAuditRead(section=section, about=about, by=by)
        minute = self._clock().replace(second=0, microsecond=0)
        if (minute, note) in self._noted:
            return
        await self._record(note)
        self._noted[minute, note] = None
        while len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)

    async def exported(self, note: RecordAuditExport) -> None:
        """Note that somebody takes out a report; it raises what `read` does."""
        await self._record(note)

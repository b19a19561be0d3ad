"""The ids of the events appended last, so that they need not be read to be compared."""

from collections.abc import Collection, Sequence

from event_store.records import AppendResult
from schemas.envelope import Envelope


class RecentEvents:
    """The positions and ids of the last `capacity` events that this process appended.

    Only for a log that is not replaced beneath its process: whoever has a file open goes on with it.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._ids: dict[int, str] = {}

    def add(self, events: Sequence[Envelope], result: AppendResult) -> None:
        """Remember events by the positions at which they were recorded."""
        if self._capacity and result.last - result.first + 1 == len(events):
            self._ids |= {position: event.id for position, event in enumerate(events, start=result.first)}
        while len(self._ids) > self._capacity:
            del self._ids[next(iter(self._ids))]

    def ids(self, positions: Collection[int]) -> dict[int, str] | None:
        """Return the ids at all of these positions, or None where one is not remembered."""
        try:
            return {position: self._ids[position] for position in positions}
        except KeyError:
            return None

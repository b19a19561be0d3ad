"""The reading half of the store: all the read side ever sees of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from event_store.records import Snapshot
from schemas.codec import Stored
from schemas.envelope import Envelope
from schemas.topics import TopicPartition


class EventReader(ABC):
    """Streams, the log, and what consumers have finished."""

    @abstractmethod
    async def stream(self, stream: str, *, after: int = 0) -> list[Envelope]:
        """One stream's events past version `after`, oldest first; empty where there are none."""

    async def position_of(self, stream: str, version: int) -> int:
        """The position of one version of a stream, 0 where there is none."""
        events = await self.stream(stream, after=version - 1) if version else []
        return events[0].position if events else 0

    @abstractmethod
    async def streams(self, after: Mapping[str, int]) -> dict[str, list[Envelope]]:
        """Many streams at once: name -> events past the given version; every name asked for is a key."""

    @abstractmethod
    async def log(
        self, after: int, *, limit: int = 500, until: int | None = None, types: Sequence[str] = ()
    ) -> list[Stored]:
        """At most `limit` events past position `after` (and up to `until`) in position order, undecoded.

        `types` keeps only those wire names; then the positions have gaps, else they have none.
        """

    @abstractmethod
    async def head(self) -> int:
        """The last position, 0 for an empty store."""

    @abstractmethod
    async def wait_past(self, position: int, *, timeout: float) -> int:
        """Wait until the head is past `position` or `timeout` seconds have gone; return the head.

        Woken by appends of this process at once, and by a poll (at most 250 ms) for those of others: it cannot sleep
        on a committed event.
        """

    @abstractmethod
    async def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        """Everything `consumer` has finished, by partition."""

    @abstractmethod
    async def snapshot(self, stream: str, *, decider: str) -> Snapshot | None:
        """The newest snapshot of `stream` made by `decider`, if any."""

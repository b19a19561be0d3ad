"""The reading half of the store: all that the read side sees of it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence

from event_store.records import FailedTimer, ParkedCount, ParkedFilter, ParkedMessage, Snapshot
from event_store.scan import Scan
from schemas.codec import Stored
from schemas.envelope import Envelope
from schemas.message import Event
from schemas.topics import TopicPartition


class EventReader(ABC):
    """Reads streams, the log, checkpoints and snapshots."""

    @abstractmethod
    async def stream(self, stream: str, *, after: int = 0) -> list[Envelope]:
        """Return one stream's events after version `after`, oldest first; empty where there are none."""

    @abstractmethod
    async def position_of(self, stream: str, version: int) -> int:
        """Return the position of one version of a stream, 0 where there is none."""

    @abstractmethod
    async def streams(self, after: Mapping[str, int]) -> dict[str, list[Envelope]]:
        """Return the events after the given version of many streams, by stream; every stream asked for is a key."""

    @abstractmethod
    async def events(self, after: Mapping[str, int]) -> dict[str, list[Event]]:
        """Return what `streams` returns without the envelopes, for folds: about twice as fast.

        The versions of a stream have no gaps: its first event is the one after the version given.
        """

    @abstractmethod
    async def log(
        self, after: int, *, limit: int = 500, until: int | None = None, types: Sequence[str] = ()
    ) -> list[Stored]:
        """Return at most `limit` undecoded events after position `after` (and up to `until`), in position order.

        With `types`, only events of those wire names; then the positions have gaps, else they have none.
        """

    @abstractmethod
    async def scan(
        self, wanted: Scan, after: int, until: int, *, limit: int, newest_first: bool = False
    ) -> list[Stored]:
        """Return at most `limit` undecoded events that are `wanted`, after position `after` and up to `until`.

        All events in between are looked at until there are as many: the callers bound the distance.
        """

    @abstractmethod
    async def versions(
        self, stream: str, *, after: int = 0, until: int | None = None, limit: int, newest_first: bool = False
    ) -> list[Stored]:
        """Return at most `limit` undecoded events of a stream, after version `after` and up to `until`."""

    @abstractmethod
    async def head(self) -> int:
        """Return the last position, 0 for an empty store."""

    @abstractmethod
    async def log_id(self) -> str:
        """Return the identity of this log: drawn once, when its store was made, and copied by a backup."""

    @abstractmethod
    async def event_ids(self, positions: Collection[int]) -> dict[int, str]:
        """Return the id of the event at each of these positions; a position past the head is left out."""

    @abstractmethod
    async def events_at(self, positions: Collection[int]) -> list[Stored]:
        """Return the undecoded events at these positions, in position order; one past the head is left out."""

    @abstractmethod
    async def wait_past(self, position: int, *, timeout: float) -> int:
        """Wait until the head is past `position` or `timeout` seconds have passed; return the head.

        Appends of this process end the wait at once; those of other processes are found by polling, within 250 ms.
        """

    @abstractmethod
    async def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        """Return the positions up to which `consumer` has finished, by partition."""

    @abstractmethod
    async def snapshot(self, stream: str, *, decider: str) -> Snapshot | None:
        """Return the newest snapshot of `stream` made by `decider`, if any."""

    @abstractmethod
    async def parked_messages(
        self, wanted: ParkedFilter, *, after: tuple[str, int] = ("", 0), limit: int = 100
    ) -> list[ParkedMessage]:
        """Return at most `limit` parked messages by (consumer, position), those past `after`."""

    @abstractmethod
    async def failed_timers(
        self, wanted: ParkedFilter, *, after: tuple[str, str] = ("", ""), limit: int = 100
    ) -> list[FailedTimer]:
        """Return at most `limit` timers that have failed by (kind, id), those past `after`."""

    @abstractmethod
    async def parked_counts(self) -> list[ParkedCount]:
        """Return how many messages and timers are parked and dead, by consumer and cause; what is none is left out."""


async def find_stored(reader: EventReader, position: int) -> Stored | None:
    """Return the undecoded event at a position, if the log has one."""
    rows = await reader.log(position - 1, limit=1, until=position)
    return rows[0] if rows else None

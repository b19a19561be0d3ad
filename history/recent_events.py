"""The newest events of the log, each with who began what led to it; what is in their data is not kept."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import orjson

from projectors.models.registry import PAGES
from schemas.actor_type import ActorType
from schemas.codec import Stored
from schemas.envelope import Actor
from schemas.stream_names import category_of
from schemas.topics import ROUTES, TopicPartition, addresses

CAPACITY = 5_000
"""Events that are remembered."""
OF_ONE = 200
"""Events that are told of one person."""
NEVER_SHOWN = frozenset({"address", "security"})
"""Categories of streams that could tell whether a mail address has an account, or who else was refused."""
NOTIFICATION, USER = "notification", "user"


class Beginning(NamedTuple):
    """Who began what led to an event, and in a stream of which category the first event of that was recorded."""

    actor_type: str
    actor_id: str
    category: str

    def is_by(self, actor: Actor) -> bool:
        """Whether this actor began it."""
        return (self.actor_type, self.actor_id) == (actor.type, actor.id)


@dataclass(frozen=True, slots=True)
class RecentEvent:
    """One event without its data; `cause` is the event that caused it, where that is remembered and not hidden."""

    position: int
    stream: str
    version: int
    type: str
    id: str
    correlation_id: str
    recorded_at: datetime
    cause: "RecentEvent | None"
    beginning: Beginning | None
    """None where the system began it, or where what led to it is not remembered."""
    readers: tuple[tuple[str, TopicPartition], ...]
    """The views that read it, by name, each with the partition in which it does."""

    @property
    def is_told(self) -> bool:
        """Whether whoever began it may see it.

        Not what happens to a mail address, and not which mails an account gets: both would tell whether the address
        has another account.
        """
        category = category_of(self.stream)
        is_mail_of_account = category == NOTIFICATION and self.beginning is not None and self.beginning.category == USER
        return category not in NEVER_SHOWN and not is_mail_of_account


class RecentEvents:
    """Events are added in position order; of more than `capacity` the oldest are forgotten."""

    def __init__(self, *, partitions: int, capacity: int = CAPACITY) -> None:
        self._partitions = partitions
        self._capacity = capacity
        self._events: deque[RecentEvent] = deque()
        self._by_id: dict[str, RecentEvent] = {}

    def add(self, stored: Stored) -> None:
        """Remember an event; one that cannot be read is passed over."""
        try:
            event = self._read(stored, orjson.loads(stored.state))
        except (AttributeError, LookupError, TypeError, ValueError):
            return
        self._events.append(event)
        self._by_id[event.id] = event
        if len(self._events) > self._capacity:
            del self._by_id[self._events.popleft().id]

    def begun_by(self, actor: Actor, *, after: int = 0) -> list[RecentEvent]:
        """Return the newest events after a position that this actor began and may see, the oldest first."""
        newest = (event for event in reversed(self._events) if event.position > after)
        told = (each for each in newest if each.beginning and each.beginning.is_by(actor) and each.is_told)
        return list(islice(told, OF_ONE))[::-1]

    def _read(self, stored: Stored, fields: dict[str, Any]) -> RecentEvent:
        cause, kind = self._by_id.get(fields["causationId"]), stored.type
        return RecentEvent(
            position=stored.position,
            stream=stored.stream,
            version=stored.version,
            type=kind,
            id=str(fields["id"]),
            correlation_id=str(fields["correlationId"]),
            recorded_at=datetime.fromisoformat(fields["recordedAt"]),
            cause=cause if cause and cause.is_told else None,
            beginning=_beginning(fields["actor"], cause, stored.stream),
            readers=self._readers(kind, stored.stream, fields["data"]),
        )

    def _readers(self, kind: str, stream: str, data: dict[str, Any]) -> tuple[tuple[str, TopicPartition], ...]:
        found = addresses(kind, stream, data, self._partitions) if kind in ROUTES else ()
        return tuple((view, at.partition) for at in found for view in _views(kind, at.partition.topic))


def _beginning(actor: dict[str, Any], cause: RecentEvent | None, stream: str) -> Beginning | None:
    """Whoever is not the system began it; what the system recorded was begun by whoever began its cause."""
    if actor["type"] != ActorType.SYSTEM:
        return Beginning(str(actor["type"]), str(actor["id"]), category_of(stream))
    return cause.beginning if cause else None


@cache
def _views(kind: str, topic: str) -> Collection[str]:
    return tuple(model.view.name for model in PAGES if model.view.topic == topic and kind in model.types)

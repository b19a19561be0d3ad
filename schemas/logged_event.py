"""Events as the log shows them: what is recorded with each, its stored form, and the chain of its causes."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints

from schemas.message import Message

MAX_NAMES = 10
"""Of streams, types and topics in one search."""
MAX_REPLAYED = 10_000
"""Events in one answer of a replay."""
REPLAY_TYPE = "application/x-ndjson"
"""JSON Lines."""
StreamName = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
Category = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
"""What is before the hyphen of a stream's name."""
TypeName = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z]+(\.[a-z]+)*(\.\*)?$")]
"""The wire name of an event, or the beginning of one with `.*`."""
Topic = Literal["aioutlet.orders", "aioutlet.stock", "aioutlet.catalogue", "aioutlet.people", "aioutlet.ops"]
CorrelationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
"""What `X-Correlation-ID` may be; ids of causes and actors are no longer."""
Relation = Literal["cause", "itself", "effect", "sibling"]


def _text_or_nothing(value: object) -> object:
    return value if isinstance(value, str) else None


Said = Annotated[str | None, BeforeValidator(_text_or_nothing)]
"""What stored bytes say, if it is text."""


class LoggedActor(Message):
    """Who caused an event."""

    type: Said = None
    id: Said = None


class LoggedEvent(Message):
    """One event without its data.

    `size` counts the stored bytes. `topics` are where events of its type are published, none for a type that is not
    known here. What follows them is read from the stored bytes: what these do not say is null.
    """

    position: int
    stream: str
    version: int
    type: str
    size: int
    topics: list[str]
    id: Said = None
    occurred_at: Said = None
    recorded_at: Said = None
    correlation_id: Said = None
    causation_id: Said = None
    request_id: Said = None
    subject_id: Said = None
    actor: LoggedActor | None = None


class StoredForm(LoggedEvent):
    """One event with its stored bytes as text; personal fields are sealed in it, and `sealed` names them.

    `sha256` is the digest of the stored bytes and `leaf_hash` that of the event's leaf in the Merkle log, both in hex.
    `is_json` is false where the bytes cannot be read; then they are shown with what is no text escaped.
    """

    stored: str
    is_json: bool
    sealed: list[str]
    sha256: str
    leaf_hash: str


class EventPage(Message):
    """One part of what was found, and the cursor of the next part; without it there is no more.

    `looked_at` events were compared, the lowest position of them was `first` and the highest `last` (0 and 0 where
    there was none); `head` is the last position of the log. A part may have fewer events than there are, or none: the
    search goes on with `next`.
    """

    items: list[LoggedEvent]
    next: str | None
    looked_at: int
    first: int
    last: int
    head: int


class LinkedEvent(LoggedEvent):
    """An event of a chain: how it is related to the one asked for, and the position of the event that caused it.

    A `sibling` was caused by what also caused the first event of the chain, when that is no event.
    """

    relation: Relation
    cause: int | None


class EventChain(Message):
    """The causes of the event at `position` and its effects, in position order.

    `origin` is what caused the first of them: a request, or something that is not among the events which were looked
    at: a timer, or an event before them. They are those from `first` to `last`; `left_out` says that there were more
    relatives than are returned.
    """

    position: int
    origin: Literal["request", "unknown"]
    first: int
    last: int
    left_out: bool
    items: list[LinkedEvent]


class EventsFollowed(Message):
    """The newest of the wanted events after one position and up to another, oldest first.

    `left_out` says that there were more, which came faster than they are shown.
    """

    items: list[LoggedEvent]
    after: int
    until: int
    left_out: bool

"""States of the past: an aggregate or a document as of a moment, what changed since another, and what caused what."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from schemas.logged_event import LoggedEvent, Said
from schemas.message import Message

MAX_STEPS = 1_000
"""Events of an aggregate or document that are listed beside a state of it: the newest."""
ViewTitle = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
"""What a view is called, whatever the form of its documents."""
DocumentKey = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
"""The id of a document in its view."""
Plain = Any
"""A value of JSON."""


class PastStep(Message):
    """An event that an aggregate or a document was folded from; `version` counts them from 1."""

    version: int
    position: int
    stream: str
    type: str
    recorded_at: Said = None


class Change(Message):
    """What a field held before and holds after, by its JSON Pointer (RFC 6901); null where it is not there."""

    path: str
    kind: Literal["added", "removed", "changed"]
    before: Plain = None
    after: Plain = None


class PastState(Message):
    """An aggregate or a document as of a moment.

    `version` is how many events it was folded from, `versions` how many there are by now, and `position` that of the
    last one; before the first event all of it is 0 and the state null. `changes` are since the state of version
    `since`, if that was asked for. `steps` are the newest of its events, and `stepsLeftOut` says that there are earlier
    ones. Personal fields are sealed, but for admins.
    """

    kind: Literal["aggregate", "document"]
    name: str
    version: int
    versions: int
    position: int
    recorded_at: Said = None
    head: int
    state: Plain = None
    since: int | None = None
    changes: tuple[Change, ...] = ()
    steps: tuple[PastStep, ...]
    steps_left_out: bool


class CausedEvent(LoggedEvent):
    """An event of a causation tree, with the position of the event that caused it; a root has none."""

    cause: int | None


class CausationTree(Message):
    """All events of one correlation, and which caused which.

    Events from `first` to `last` were looked at; `leftOut` says that there are more than are returned. `mermaid` and
    `svg` are the tree as pictures.
    """

    correlation_id: str
    first: int
    last: int
    left_out: bool
    items: tuple[CausedEvent, ...]
    mermaid: str
    svg: str

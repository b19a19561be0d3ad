"""What operators decide about dead letters: each decision is an event, which whoever has parked them carries out."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple

import orjson
from pydantic import Field, StringConstraints

from schemas.envelope import Envelope
from schemas.message import Command, Event, Id, Instant, Message, Text
from schemas.text import Line

MAX_LETTERS = 100
"""Of one decision: more are decided in several, so that no decision tries everything at once."""
MAX_NAME = 300
_POSITION = re.compile(r"[1-9]\d{0,17}")
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
LetterId = Annotated[
    str, StringConstraints(min_length=3, max_length=1_300, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")
]


class LetterKind(StrEnum):
    """What could not be handled: a message, a timer, or an event of a document that lacks it."""

    MESSAGE = "message"
    TIMER = "timer"
    DOCUMENT = "document"


class LetterRef(Message):
    """One dead letter: `name` tells it from the others of its consumer, `subject` is the order that waits."""

    kind: LetterKind
    consumer: Name
    name: Name
    subject: Name
    cause: Name


Letters = Annotated[tuple[LetterRef, ...], Field(min_length=1, max_length=MAX_LETTERS)]


class ReplayDeadLetters(Command):
    """Have these tried again."""

    letters: Letters
    by: Id
    reason: Text


class DiscardDeadLetters(Command):
    """Give these up: what waits behind them goes on without them."""

    letters: Letters
    by: Id
    reason: Text


class DeadLettersReplayed(Event):
    """An operator had dead letters tried again."""

    wire_name: ClassVar[str] = "dlq.replayed"

    letters: Letters
    by: Id
    reason: Text


class DeadLettersDiscarded(Event):
    """An operator gave dead letters up: what waited behind them went on without them."""

    wire_name: ClassVar[str] = "dlq.discarded"

    letters: Letters
    by: Id
    reason: Text


class LetterDecision(Command):
    """Which dead letters, and why."""

    ids: Annotated[tuple[LetterId, ...], Field(min_length=1, max_length=MAX_LETTERS)]
    reason: Line


DeadLetterCommand = ReplayDeadLetters | DiscardDeadLetters
DeadLetterEvent = DeadLettersReplayed | DeadLettersDiscarded


class Decision(NamedTuple):
    """What was decided about one dead letter, in which version of the decisions' stream."""

    version: int
    is_discarded: bool


def decisions_about(envelopes: Iterable[Envelope], after: int, consumer: str, name: str) -> Sequence[Decision]:
    """Return what was decided about a consumer's dead letter after a version, oldest first."""
    return [
        Decision(envelope.version, isinstance(envelope.event, DeadLettersDiscarded))
        for envelope in envelopes
        if envelope.version > after
        and isinstance(envelope.event, DeadLettersReplayed | DeadLettersDiscarded)
        and any((each.consumer, each.name) == (consumer, name) for each in envelope.event.letters)
    ]


class DeadLetterListed(Message):
    """What could not be handled: since when it waits, why, how often it was tried, and when it is tried again.

    `subject` is the order, whose id and number are then said too, or whatever waits with it; `position` that of the
    message, or of the event that a document of `view` lacks. One that is dead (`deadAt`) is tried again when an
    operator asks for it; `isCopied` says that it is on the topic of dead letters.
    """

    id: str
    kind: LetterKind
    consumer: str
    subject: str
    order_id: str | None = None
    order_number: str | None = None
    position: int | None
    view: str | None
    cause: str
    attempts: int
    since: Instant
    retry_at: Instant | None
    dead_at: Instant | None
    is_copied: bool


class DeadLetterShown(DeadLetterListed):
    """With where it was raised; of a timer `name` is its id, and of a document that it lacks an event of `stream`."""

    name: str
    trace: str
    topic: str | None
    partition: int | None
    stream: str | None


class ParkedNumber(Message):
    """How many messages, timers or documents of a consumer and cause wait to be tried again, and for an operator."""

    kind: LetterKind
    consumer: str
    cause: str
    waiting: int
    dead: int


class DeadLetterPage(Message):
    """One part of the list, and how many there are by consumer and cause, whatever the filters."""

    items: list[DeadLetterListed]
    next: str | None
    counts: list[ParkedNumber]


class LetterKey(NamedTuple):
    """What the id of a dead letter says: whose it is, and its name; of a timer also its subject."""

    kind: LetterKind
    consumer: str
    name: str
    subject: str = ""


def letter_id(key: LetterKey) -> str:
    """Return the id of a dead letter: `saga.41` of a message, an opaque word of any other."""
    if key.kind is LetterKind.MESSAGE:
        return f"{key.consumer}.{key.name}"
    parts = orjson.dumps([key.consumer, key.name, key.subject])
    return f"{key.kind}.{urlsafe_b64encode(parts).rstrip(b'=').decode()}"


def key_of_letter(value: str) -> LetterKey | None:
    """Return what an id says; None where it is no id of a dead letter."""
    head, _, tail = value.partition(".")
    if head not in (LetterKind.TIMER, LetterKind.DOCUMENT):
        return LetterKey(LetterKind.MESSAGE, head, tail) if _POSITION.fullmatch(tail) else None
    try:
        consumer, name, subject = orjson.loads(urlsafe_b64decode(tail + "=" * (-len(tail) % 4)))
    except (TypeError, ValueError):
        return None
    texts = all(isinstance(each, str) and len(each) <= MAX_NAME for each in (consumer, name, subject))
    return LetterKey(LetterKind(head), consumer, name, subject) if texts and consumer and name else None


class LetterFilter(NamedTuple):
    """Which dead letters, and what else is parked, are wanted; None is any."""

    consumer: str | None = None
    cause: str | None = None
    subject: str | None = None
    is_dead: bool | None = None

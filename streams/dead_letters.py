"""Copies dead letters to their topic, for those who watch from outside: the original bytes, and the cause in headers.

At least once: after a crash between the acknowledgement and the mark a dead letter is copied again, with the same
`deadletter` and `deadat` headers. What is done about a dead letter is decided by an operator, never over this topic.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from event_store.reading import find_stored
from event_store.records import UNCOPIED, FailedTimer, ParkedMessage
from event_store.store import EventStore
from schemas.codec import Stored
from schemas.errors import Unavailable
from schemas.topics import DEAD_LETTERS, TopicPartition
from schemas.wire import Headers
from subscriptions.retry import RetryPolicy

LOOK_EVERY = 0.5
"""Seconds between two looks for new dead letters."""
AT_ONCE = 100
PLACE = TopicPartition(DEAD_LETTERS, 0)


class DeadLetter(NamedTuple):
    """A message for the topic of dead letters."""

    key: bytes
    value: bytes
    headers: Headers


Publish = Callable[[Sequence[DeadLetter]], Awaitable[None]]
"""Publishes dead letters and returns once all are acknowledged."""


class DeadLetterCopier:
    """Copies what has died and was not copied yet, however many processes do so."""

    def __init__(self, store: EventStore, publish: Publish) -> None:
        self._store = store
        self._publish = publish
        self._retry = RetryPolicy("dead letters", (KafkaError, Unavailable, OSError))

    async def run(self) -> None:
        """Copy until cancelled; while the broker or the database does not answer, retry."""
        while True:
            if not await self._retry.run(self.copy):
                await asyncio.sleep(LOOK_EVERY)

    async def copy(self) -> int:
        """Copy some dead letters, and return how many."""
        messages = await self._store.parked_messages(UNCOPIED, limit=AT_ONCE)
        timers = await self._store.failed_timers(UNCOPIED, limit=AT_ONCE)
        events = await asyncio.gather(*map(self._read, messages))
        letters = [*map(letter_of_message, messages, events), *map(letter_of_timer, timers)]
        if letters:
            await self._publish(letters)
            await self._store.mark_copied(messages, timers)
        return len(letters)

    async def _read(self, message: ParkedMessage) -> Stored:
        return await find_stored(self._store, message.position) or Stored(message.position, "", 0, "", b"")


def letter_of_message(message: ParkedMessage, stored: Stored) -> DeadLetter:
    """Return a dead message: the event's bytes as they are stored, whatever they are."""
    headers = [
        *_headers("message", f"{message.consumer}.{message.position}", message),
        ("consumer", message.consumer.encode()),
        ("subject", message.subject.encode()),
        ("attempts", b"%d" % message.attempts),
        ("position", b"%d" % message.position),
        ("topic", message.partition.topic.encode()),
        ("partition", b"%d" % message.partition.partition),
        ("ce_type", stored.type.encode()),
        ("ce_subject", stored.stream.encode()),
        ("version", b"%d" % stored.version),
    ]
    return DeadLetter(message.subject.encode(), stored.state, headers)


def letter_of_timer(failed: FailedTimer) -> DeadLetter:
    """Return a dead timer: what it is, as JSON."""
    timer = failed.timer
    headers = [
        *_headers("timer", f"{timer.kind}.{timer.id}", failed),
        ("consumer", timer.kind.encode()),
        ("subject", timer.subject.encode()),
        ("attempts", b"%d" % timer.attempts),
    ]
    value = {"id": timer.id, "kind": timer.kind, "subject": timer.subject, "token": timer.token}
    return DeadLetter(timer.subject.encode(), orjson.dumps(value), headers)


def publisher(producer: AIOKafkaProducer) -> Publish:
    """Return what publishes over this producer, which waits for every replica."""

    async def publish(letters: Sequence[DeadLetter]) -> None:
        topic, partition = PLACE
        sent = [
            await producer.send(topic, each.value, key=each.key, headers=each.headers, partition=partition)
            for each in letters
        ]
        await asyncio.gather(*sent)

    return publish


def _headers(kind: str, name: str, parked: ParkedMessage | FailedTimer) -> Headers:
    return [
        ("deadletter", name.encode()),
        ("kind", kind.encode()),
        ("cause", parked.cause.encode()),
        ("trace", parked.trace.encode()),
        ("since", _text(parked.since)),
        ("deadat", _text(parked.dead_at)),
    ]


def _text(at: datetime | None) -> bytes:
    return at.isoformat().encode() if at else b""

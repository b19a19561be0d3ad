"""From Kafka into an inbox: the read side's consumer, many messages at a time and none decoded unasked."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from event_store.inbox import Inbox
from event_store.intake import Intake
from event_store.patience import Patience
from schemas.errors import Poison, Unavailable
from schemas.topics import Place
from schemas.wire import Incoming, incoming

BATCH = 5_000
"""Messages at once, at most."""
WAIT_MS = 1_000
ERRORS = (PyMongoError, KafkaError, Unavailable, OSError)


class Feed(ConsumerRebalanceListener):  # type: ignore[misc]  # it ships no types
    """Keeps one inbox fed; what a database or broker does not answer is waited for.

    It goes on fetching while a batch is written: a fetch may bring as little as one producer's batch, and what has
    gathered meanwhile is the next batch.
    """

    def __init__(
        self, consumer: AIOKafkaConsumer, inbox: Inbox, *, name: str, on_poison: Callable[[Poison], None]
    ) -> None:
        self._consumer = consumer
        self._inbox = inbox
        self._on_poison = on_poison
        self._patience = Patience(name, ERRORS)
        self.intake = Intake(inbox, name=name, errors=ERRORS, batch=BATCH)

    def join_group(self) -> None:
        """Share the inbox's topics with the consumer's group; until then it reads all it was given."""
        self.intake.disown()
        self._consumer.subscribe(topics=sorted(self._inbox.topics), listener=self)

    async def on_partitions_revoked(self, _: Collection[TopicPartition]) -> None:
        """The group shares anew: nothing is ours until it has."""
        self.intake.disown()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """These are ours."""
        self.intake.own([Place(each.topic, each.partition) for each in assigned])

    async def run(self) -> None:
        """Catch up, then follow until cancelled."""
        await asyncio.gather(self.intake.run(), self._follow())

    async def _follow(self) -> None:
        while True:
            found = await self._patience.until(self._ask)
            for records in found.values():
                await self.intake.put([message for record in records if (message := self._read(record))])

    async def _ask(self) -> Mapping[Any, Sequence[Any]]:
        found: Mapping[Any, Sequence[Any]] = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH)
        return found

    def _read(self, record: Any) -> Incoming | None:
        try:
            return incoming(Place(record.topic, record.partition), record.headers, record.value)
        except Poison as poison:
            self._on_poison(poison)
            return None

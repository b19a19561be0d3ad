"""The shop's topics on the broker at hand: emptied before a figure, counted behind it."""

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka.admin import AdminClient

from bench.sampling import WorkNotDone
from schemas.topics import TOPICS
from streams.topic_admin import ensure_topics, topic_specs

TIMEOUT = 30.0


def emptied(broker: str, *, partitions: int) -> None:
    """Make the topics anew: what others have left is of other partitions, and older."""
    client = AdminClient({"bootstrap.servers": broker, "log_level": 0})
    there = client.list_topics(timeout=TIMEOUT).topics
    if old := [topic for topic in TOPICS if topic in there]:
        for deletion in client.delete_topics(old).values():
            deletion.result(TIMEOUT)
    if differences := ensure_topics(broker, topic_specs(partitions=partitions, replicas=1)).differences:
        raise WorkNotDone("; ".join(map(str, differences)))


class Ends:
    """How many messages lie in every place."""

    def __init__(self, broker: str, *, partitions: int) -> None:
        self._broker = broker
        self._places = [TopicPartition(topic, number) for topic in TOPICS for number in range(partitions)]

    async def __aenter__(self) -> "Ends":
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self._broker)
        await self._consumer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def found(self) -> Mapping[TopicPartition, int]:
        """As the broker says it now."""
        ends = await self._consumer.end_offsets(self._places)
        return {TopicPartition(at.topic, at.partition): end for at, end in ends.items()}

    async def grown(self, before: Mapping[TopicPartition, int], least: int) -> None:
        """See that so many messages have come since.

        Raises:
            WorkNotDone: Fewer have.
        """
        came = sum((await self.found()).values()) - sum(before.values())
        if came < least:
            raise WorkNotDone(f"{came} messages came to the broker, not {least}")

"""The topics on a real broker: made with their partitions and settings, and where they differ, told and left."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from schemas.errors import Unavailable
from schemas.topics import DEAD_LETTERS, TOPICS

KEPT = timedelta(days=7)
"""What is older is read from the store."""
DEAD_LETTERS_KEPT = timedelta(days=90)
"""The one topic whose bytes may be nowhere else."""
DEAD_LETTER_PARTITIONS = 1
TIMEOUT = 30.0
POLL_EVERY = 0.05
PARTITIONS = "partitions"


class TopicSpec(NamedTuple):
    """A topic as it should be."""

    topic: str
    partitions: int
    replicas: int
    settings: Mapping[str, str]


class Difference(NamedTuple):
    """What of a topic is not as it should be: its partitions, or the setting of that name."""

    topic: str
    what: str
    found: str
    wanted: str

    @property
    def is_fatal(self) -> bool:
        """Whether no service can work with it: a key's partition follows from their number."""
        return self.what == PARTITIONS

    def __str__(self) -> str:
        return f"{self.topic}: {self.what} {self.found}, wanted {self.wanted}"


class TopicSetup(NamedTuple):
    """What was made, and what was found different; what is different stays so."""

    created: tuple[str, ...]
    differences: tuple[Difference, ...]


def topic_specs(*, partitions: int, replicas: int) -> list[TopicSpec]:
    """Every topic of the shop."""
    settings = {
        "cleanup.policy": "delete",
        "compression.type": "producer",
        "min.insync.replicas": str(max(1, replicas - 1)),
        "unclean.leader.election.enable": "false",
    }
    kept = {**settings, "retention.ms": _milliseconds(KEPT)}
    kept_long = {**settings, "retention.ms": _milliseconds(DEAD_LETTERS_KEPT)}
    return [
        *(TopicSpec(topic, partitions, replicas, kept) for topic in TOPICS),
        TopicSpec(DEAD_LETTERS, DEAD_LETTER_PARTITIONS, replicas, kept_long),
    ]


def ensure_topics(broker: str, wanted: Sequence[TopicSpec]) -> TopicSetup:
    """Make the topics that are missing, wait until each can be written to, and compare all; `broker` is host:port.

    Safe to repeat, and from several places at once. A topic that is there is left as it is: its settings are the
    operator's, and more partitions would send a key elsewhere than its past.

    Raises:
        Unavailable: The broker does not answer, or refuses to make a topic.
    """
    client = AdminClient({"bootstrap.servers": broker, "log_level": 0})
    try:
        there = client.list_topics(timeout=TIMEOUT).topics
        created = _create_missing(client, [log for log in wanted if log.topic not in there])
        _wait_for_leaders(client, [log.topic for log in wanted])
        return TopicSetup(created, tuple(_differences(client, wanted)))
    except KafkaException as error:
        raise Unavailable(f"the broker at {broker}: {error.args[0].str()}") from error


def _create_missing(client: AdminClient, missing: Sequence[TopicSpec]) -> tuple[str, ...]:
    if not missing:
        return ()
    new = [
        NewTopic(log.topic, num_partitions=log.partitions, replication_factor=log.replicas, config=dict(log.settings))
        for log in missing
    ]
    made = []
    for topic, creation in client.create_topics(new).items():
        try:
            creation.result(TIMEOUT)
            made.append(topic)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
    return tuple(made)


def _wait_for_leaders(client: AdminClient, topics: Sequence[str]) -> None:
    """Until every partition has a leader: the answer that a topic was made comes before brokers know of it."""
    end = time.monotonic() + TIMEOUT
    while not all(_has_leaders(client, topic) for topic in topics):
        if time.monotonic() > end:
            raise KafkaException(KafkaError(KafkaError.LEADER_NOT_AVAILABLE))
        time.sleep(POLL_EVERY)


def _has_leaders(client: AdminClient, topic: str) -> bool:
    found = client.list_topics(topic, timeout=TIMEOUT).topics[topic]
    return bool(found.partitions) and all(partition.leader >= 0 for partition in found.partitions.values())


def _differences(client: AdminClient, wanted: Sequence[TopicSpec]) -> list[Difference]:
    resources = {log.topic: ConfigResource(ResourceType.TOPIC, log.topic) for log in wanted}
    described = {
        at.name: answer.result(TIMEOUT) for at, answer in client.describe_configs([*resources.values()]).items()
    }
    topics = client.list_topics(timeout=TIMEOUT).topics
    found: list[Difference] = []
    for log in wanted:
        facts = {PARTITIONS: str(len(topics[log.topic].partitions))}
        facts |= {name: str(described[log.topic][name].value) for name in log.settings}
        hopes = {PARTITIONS: str(log.partitions), **log.settings}
        found += [Difference(log.topic, what, facts[what], hope) for what, hope in hopes.items() if facts[what] != hope]
    return found


def _milliseconds(span: timedelta) -> str:
    return str(span // timedelta(milliseconds=1))

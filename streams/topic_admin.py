"""Creates the topics on a real broker, and reports where existing ones differ from what is wanted."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from schemas.errors import Unavailable
from schemas.topics import DEAD_LETTERS, TOPICS

RETENTION = timedelta(days=7)
"""Older events are read from the store."""
DEAD_LETTERS_RETENTION = timedelta(days=90)
"""Longer, for these bytes may be nowhere else."""
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
    """The number of partitions or the setting `name` of a topic is not as wanted."""

    topic: str
    name: str
    found: str
    wanted: str

    @property
    def is_fatal(self) -> bool:
        """Whether services cannot work with it: the number of partitions decides on the partition of a key."""
        return self.name == PARTITIONS

    def __str__(self) -> str:
        return f"{self.topic}: {self.name} {self.found}, wanted {self.wanted}"


class TopicSetup(NamedTuple):
    """The topics created, and the differences of existing ones, which are left as they are."""

    created: tuple[str, ...]
    differences: tuple[Difference, ...]


def topic_specs(*, partitions: int, replicas: int) -> list[TopicSpec]:
    """Return the wanted state of every topic."""
    settings = {
        "cleanup.policy": "delete",
        "compression.type": "producer",
        "min.insync.replicas": str(max(1, replicas - 1)),
        "unclean.leader.election.enable": "false",
    }
    topic_settings = {**settings, "retention.ms": _milliseconds(RETENTION)}
    dead_letter_settings = {**settings, "retention.ms": _milliseconds(DEAD_LETTERS_RETENTION)}
    return [
        *(TopicSpec(topic, partitions, replicas, topic_settings) for topic in TOPICS),
        TopicSpec(DEAD_LETTERS, DEAD_LETTER_PARTITIONS, replicas, dead_letter_settings),
    ]


def ensure_topics(broker: str, wanted: Sequence[TopicSpec]) -> TopicSetup:
    """Create the missing topics, wait until each can be written to, and compare all; `broker` is host:port.

    Safe to repeat, also concurrently. An existing topic is left as it is: its settings are the operator's, and more
    partitions would move keys away from their earlier events.

    Raises:
        Unavailable: The broker does not answer, or refuses to create a topic.
    """
    client = AdminClient({"bootstrap.servers": broker, "log_level": 0})
    try:
        existing = client.list_topics(timeout=TIMEOUT).topics
        created = _create_missing(client, [spec for spec in wanted if spec.topic not in existing])
        _wait_for_leaders(client, [spec.topic for spec in wanted])
        return TopicSetup(created, tuple(_differences(client, wanted)))
    except KafkaException as error:
        raise Unavailable(f"the broker at {broker}: {error.args[0].str()}") from error


def _create_missing(client: AdminClient, missing: Sequence[TopicSpec]) -> tuple[str, ...]:
    if not missing:
        return ()
    created = []
    for topic, creation in client.create_topics([_new_topic(spec) for spec in missing]).items():
        try:
            creation.result(TIMEOUT)
            created.append(topic)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
    return tuple(created)


def _new_topic(spec: TopicSpec) -> NewTopic:
    settings = dict(spec.settings)
    return NewTopic(spec.topic, num_partitions=spec.partitions, replication_factor=spec.replicas, config=settings)


def _wait_for_leaders(client: AdminClient, topics: Sequence[str]) -> None:
    """Wait until every partition has a leader: a creation is answered before all brokers know of it."""
    end = time.monotonic() + TIMEOUT
    while not all(_has_leaders(client, topic) for topic in topics):
        if time.monotonic() > end:
            raise KafkaException(KafkaError(KafkaError.LEADER_NOT_AVAILABLE))
        time.sleep(POLL_EVERY)


def _has_leaders(client: AdminClient, topic: str) -> bool:
    found = client.list_topics(topic, timeout=TIMEOUT).topics[topic]
    return bool(found.partitions) and all(partition.leader >= 0 for partition in found.partitions.values())


def _differences(client: AdminClient, wanted: Sequence[TopicSpec]) -> list[Difference]:
    settings = _read_settings(client, [spec.topic for spec in wanted])
    topics = client.list_topics(timeout=TIMEOUT).topics
    found: list[Difference] = []
    for spec in wanted:
        expected = {PARTITIONS: str(spec.partitions), **spec.settings}
        actual = {PARTITIONS: str(len(topics[spec.topic].partitions)), **settings[spec.topic]}
        different = [name for name in expected if actual[name] != expected[name]]
        found += [Difference(spec.topic, name, actual[name], expected[name]) for name in different]
    return found


def _read_settings(client: AdminClient, topics: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the settings of each topic."""
    answers = client.describe_configs([ConfigResource(ResourceType.TOPIC, topic) for topic in topics])
    return {
        resource.name: {name: str(entry.value) for name, entry in answer.result(TIMEOUT).items()}
        for resource, answer in answers.items()
    }


def _milliseconds(span: timedelta) -> str:
    return str(span // timedelta(milliseconds=1))

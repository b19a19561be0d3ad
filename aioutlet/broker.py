"""The broker of the embedded shop: the mock Kafka cluster inside `confluent-kafka`, which ends with the process."""

from confluent_kafka import Producer

PARTITIONS = 4
"""Partitions the mock cluster gives a topic at its first use."""
TIMEOUT = 10.0


class MockCluster:
    """A Kafka broker on a free local port, until it is stopped or garbage collected."""

    def __init__(self) -> None:
        self._owner = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 1, "log_level": 0})
        brokers = self._owner.list_topics(timeout=TIMEOUT).brokers
        broker = next(iter(brokers.values()))
        self.address = f"{broker.host}:{broker.port}"

    def stop(self) -> None:
        """Stop the cluster and drop its messages."""
        del self._owner

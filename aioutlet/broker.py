"""The embedded broker: the mock cluster inside `confluent-kafka`, a Kafka endpoint that ends with the process."""

from confluent_kafka import Producer

PARTITIONS = 4
"""The mock cluster's own number for a topic that appears on first use."""
TIMEOUT = 10.0


class MockCluster:
    """A Kafka endpoint on a free local port for as long as this object is kept."""

    def __init__(self) -> None:
        self._owner = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 1, "log_level": 0})
        brokers = self._owner.list_topics(timeout=TIMEOUT).brokers
        broker = next(iter(brokers.values()))
        self.address = f"{broker.host}:{broker.port}"

    def stop(self) -> None:
        """Let the cluster go, and everything in it."""
        del self._owner

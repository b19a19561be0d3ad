"""Kafka's records as messages, for any client."""

from collections.abc import Callable, Iterable
from typing import Any

from schemas.errors import Poison
from schemas.topics import TopicPartition
from schemas.wire import Incoming, incoming


def read_records(records: Iterable[Any], on_poison: Callable[[Poison], None]) -> list[Incoming]:
    """Return the records as messages; those that cannot be read are reported instead."""
    messages = []
    for record in records:
        try:
            partition = TopicPartition(record.topic, record.partition)
            messages.append(incoming(partition, record.headers, record.value or b""))
        except Poison as poison:
            on_poison(poison)
    return messages

"""How far the consumers of the log are behind it: the relay, the processors and the read models."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import NamedTuple

from query_api.context import QueryContext
from schemas.documents import CHECKPOINTS, VIEWS, checkpoint_id, topic_partition_of_checkpoint
from schemas.lag import ConsumerLag, Lag
from schemas.topics import TopicPartition

RELAY = "relay"
Positions = Mapping[TopicPartition, int]


class LogProgress(NamedTuple):
    """How far the log goes, how far it is published, in all and by partition, and how far each consumer has come."""

    head: int
    relayed: int
    published: Positions
    finished: Mapping[str, Positions]
    topics: Mapping[str, Collection[str]]
    """Those that each consumer of `finished` reads."""


ReadProgress = Callable[[], Awaitable[LogProgress]]


async def read_lag(context: QueryContext, progress: LogProgress) -> Lag:
    """Return how far everybody is behind."""
    relay = ConsumerLag(name=RELAY, behind=max(0, progress.head - progress.relayed))
    processors = [
        ConsumerLag(name=name, behind=_behind(progress.published, finished, progress.topics[name]))
        for name, finished in progress.finished.items()
    ]
    return Lag(head=progress.head, consumers=[relay, *processors], views=await _views(context, progress.published))


async def _views(context: QueryContext, published: Positions) -> list[ConsumerLag]:
    written = await _read_checkpoints(context)
    return [
        ConsumerLag(name=view.title, behind=_behind(published, written.get(view.title, {}), (view.topic,)))
        for view in VIEWS
    ]


async def _read_checkpoints(context: QueryContext) -> dict[str, dict[TopicPartition, int]]:
    partitions, current = range(context.partitions), {context.name_of(view): view for view in VIEWS}
    ids = [
        checkpoint_id(name, TopicPartition(view.topic, number))
        for name, view in current.items()
        for number in partitions
    ]
    written: dict[str, dict[TopicPartition, int]] = {}
    async for document in context.database[CHECKPOINTS].find({"_id": {"$in": ids}}):
        view, partition = topic_partition_of_checkpoint(document)
        written.setdefault(current[view].title, {})[partition] = document["position"]
    return written


def _behind(published: Positions, finished: Positions, topics: Collection[str]) -> int:
    gaps = (last - finished.get(partition, 0) for partition, last in published.items() if partition.topic in topics)
    return max(0, *gaps, 0)

"""How far each view has read each partition, and of which log, stored beside its documents."""

from collections.abc import Sequence
from typing import NamedTuple

from projectors.document_io import Collection, Save, save
from projectors.folding import Folded
from schemas.documents import checkpoint_id, topic_partition_of_checkpoint
from schemas.topics import TopicPartition


class LogPosition(NamedTuple):
    """A position of one log; the identity of the log and the event at the position tell it from any other log's."""

    position: int
    event_id: str
    log: str


class ViewCheckpoint(NamedTuple):
    """Up to where a view has read a partition."""

    view: str
    partition: TopicPartition
    at: LogPosition


async def save_checkpoints(
    collection: Collection,
    views: Sequence[str],
    partition: TopicPartition,
    at: LogPosition,
    save_documents: Save = save,
) -> None:
    """Move these views' checkpoints of `partition` on to `at`; they never move back.

    `collection` is `CHECKPOINTS` or `ORIGINS`.
    """
    checkpoints = Folded()
    for view in views:
        key = checkpoint_id(view, partition)
        checkpoints.documents[key] = {
            "_id": key,
            "view": view,
            "log": at.log,
            "position": at.position,
            "eventId": at.event_id,
        }
        checkpoints.positions[key] = at.position
    await save_documents(collection, checkpoints)


async def load_checkpoints(collection: Collection) -> list[ViewCheckpoint]:
    """Return the checkpoints of all views; what one of an earlier release does not say is empty."""
    checkpoints = []
    async for document in collection.find():
        view, partition = topic_partition_of_checkpoint(document)
        at = LogPosition(document["position"], document.get("eventId", ""), document.get("log", ""))
        checkpoints.append(ViewCheckpoint(view, partition, at))
    return checkpoints

"""How far each view has read each partition, stored beside its documents."""

from collections.abc import Sequence

from projectors.document_io import Database, Save, save
from projectors.folding import Folded
from schemas.documents import CHECKPOINTS, checkpoint_id, topic_partition_of_checkpoint
from schemas.topics import TopicPartition


async def save_checkpoints(
    database: Database, views: Sequence[str], partition: TopicPartition, position: int, save_documents: Save = save
) -> None:
    """Move these views' checkpoints of `partition` on to `position`; they never move back."""
    checkpoints = Folded()
    for view in views:
        key = checkpoint_id(view, partition)
        checkpoints.documents[key] = {"_id": key, "view": view, "position": position}
        checkpoints.positions[key] = position
    await save_documents(database[CHECKPOINTS], checkpoints)


async def load_checkpoints(database: Database) -> dict[str, dict[TopicPartition, int]]:
    """Return every checkpoint: view -> partition -> position."""
    checkpoints: dict[str, dict[TopicPartition, int]] = {}
    async for document in database[CHECKPOINTS].find():
        view, partition = topic_partition_of_checkpoint(document)
        checkpoints.setdefault(view, {})[partition] = document["position"]
    return checkpoints

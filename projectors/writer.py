"""The one writer of all read models: fold a batch per document, then one guarded write for each."""

from collections.abc import Sequence, Set

from pymongo.asynchronous.database import AsyncDatabase

from projectors.document_cache import DocumentCache
from projectors.document_io import Collection, Saving, save
from projectors.folding import Count, Folded, fold, touched
from projectors.read_model import Index, ReadModel
from schemas.documents import CHECKPOINTS, TALLIES, Document, checkpoint_id, filters_of, topic_partition_of_checkpoint
from schemas.envelope import Envelope
from schemas.topics import TopicPartition

Database = AsyncDatabase[Document]
TEXT_INDEXES = "textIndexes"
"""The collection of those there are, `{_id: "<view>/<first field>"}`."""


async def write(
    database: Database,
    model: ReadModel,
    partition: TopicPartition,
    envelopes: Sequence[Envelope],
    recent: DocumentCache,
) -> None:
    """Bring every document these envelopes touch up to them.

    Counters are written before the documents and read after them. A crash in between finds the documents as they
    were, makes the same counts again, and each counter knows by its own position which of them it has.
    """
    collection = database[model.view.name]
    stored = await recent.load(collection, touched(model, envelopes))
    folded = fold(model, stored, envelopes)
    try:
        await _count(database[TALLIES], model, partition, folded.counts, recent)
        await recent.save(collection, folded)
    except BaseException:
        recent.clear()
        raise


async def save_checkpoints(
    database: Database, views: Sequence[str], partition: TopicPartition, position: int, saving: Saving = save
) -> None:
    """Move these views' checkpoints of `partition` on to `position`; they never move back."""
    checkpoints = Folded()
    for view in views:
        key = checkpoint_id(view, partition)
        checkpoints.documents[key] = {"_id": key, "view": view, "position": position}
        checkpoints.positions[key] = position
    await saving(database[CHECKPOINTS], checkpoints)


async def load_checkpoints(database: Database) -> dict[str, dict[TopicPartition, int]]:
    """Every checkpoint: view -> partition -> position."""
    found: dict[str, dict[TopicPartition, int]] = {}
    async for document in database[CHECKPOINTS].find():
        view, partition = topic_partition_of_checkpoint(document)
        found.setdefault(view, {})[partition] = document["position"]
    return found


async def ensure_indexes(database: Database, models: Sequence[ReadModel]) -> None:
    """Make sure of every index; those there are stay."""
    noted = {note["_id"] async for note in database[TEXT_INDEXES].find()}
    for model in models:
        for index in model.indexes:
            await _ensure_index(database, model.view.name, index, noted)
    await database[TALLIES].create_index([("view", 1), ("label", 1)])


async def _ensure_index(database: Database, view: str, index: Index, noted: Set[str]) -> None:
    """Create an index; a text index only once, for one of the servers can neither list it nor create it again."""
    name = f"{view}/{index[0][0]}"
    is_text = any(direction == "text" for _, direction in index)
    if is_text and name in noted:
        return
    await database[view].create_index(list(index))
    if is_text:
        await database[TEXT_INDEXES].replace_one({"_id": name}, {"_id": name}, upsert=True)


async def _count(
    tallies: Collection, model: ReadModel, partition: TopicPartition, counts: Sequence[Count], recent: DocumentCache
) -> None:
    prefix = f"{model.view.name}/{partition.partition}/"
    stored = await recent.load(tallies, list(dict.fromkeys(prefix + count.label for count in counts)))
    folded = Folded()
    for label, position, change in counts:
        key = prefix + label
        seen = stored.get(key) or {"count": 0, "position": 0}
        if position > seen["position"]:
            now = folded.documents.get(key) or seen
            folded.documents[key] = {
                "_id": key,
                "view": model.view.name,
                "label": label,
                "filters": filters_of(label),
                "count": now["count"] + change,
                "position": position,
            }
            folded.positions[key] = position
    await recent.save(tallies, folded)

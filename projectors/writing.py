"""The one writer of all read models: fold a batch per document, then one guarded write for each."""

from collections.abc import Sequence, Set

from pymongo.asynchronous.database import AsyncDatabase

from projectors.folding import Count, Folded, fold, touched
from projectors.model import Index, ReadModel
from projectors.recent import Recent
from projectors.saving import Collection, Saving, save
from schemas.documents import CHECKPOINTS, TALLIES, Document, checkpoint_id, filters_of, place_of_checkpoint
from schemas.envelope import Envelope
from schemas.topics import Place

Database = AsyncDatabase[Document]
TEXT_INDEXES = "textIndexes"
"""The collection of those there are, `{_id: "<view>/<first field>"}`."""


async def write(
    database: Database, model: ReadModel, place: Place, envelopes: Sequence[Envelope], recent: Recent
) -> None:
    """Bring every document these envelopes touch up to them.

    Counters are written before the documents and read after them. A crash in between finds the documents as they
    were, makes the same counts again, and each counter knows by its own position which of them it has.
    """
    collection = database[model.view.name]
    stored = await recent.load(collection, touched(model, envelopes))
    folded = fold(model, stored, envelopes)
    try:
        await _tally(database[TALLIES], model, place, folded.counts, recent)
        await recent.save(collection, folded)
    except BaseException:
        recent.clear()
        raise


async def finish(database: Database, views: Sequence[str], place: Place, position: int, saving: Saving = save) -> None:
    """Move these views' checkpoints of `place` on to `position`; they never move back."""
    checkpoints = Folded()
    for view in views:
        key = checkpoint_id(view, place)
        checkpoints.documents[key] = {"_id": key, "view": view, "position": position}
        checkpoints.positions[key] = position
    await saving(database[CHECKPOINTS], checkpoints)


async def finished(database: Database) -> dict[str, dict[Place, int]]:
    """Every checkpoint: view -> place -> position."""
    found: dict[str, dict[Place, int]] = {}
    async for document in database[CHECKPOINTS].find():
        view, place = place_of_checkpoint(document)
        found.setdefault(view, {})[place] = document["position"]
    return found


async def prepare(database: Database, models: Sequence[ReadModel]) -> None:
    """Make sure of every index; those there are stay."""
    noted = {note["_id"] async for note in database[TEXT_INDEXES].find()}
    for model in models:
        for index in model.indexes:
            await _ensure(database, model.view.name, index, noted)
    await database[TALLIES].create_index([("view", 1), ("label", 1)])


async def forget(database: Database, models: Sequence[ReadModel]) -> None:
    """Delete what these models have written, so that they are built again from position 0."""
    for model in models:
        await database[CHECKPOINTS].delete_many({"view": model.view.name})
        await database[TALLIES].delete_many({"view": model.view.name})
        # Not dropped: one of the servers would keep the words of a text index and mistake them for those to come.
        await database[model.view.name].delete_many({})


async def _ensure(database: Database, view: str, index: Index, noted: Set[str]) -> None:
    """Create an index; a text index only once, for one of the servers can neither list it nor create it again."""
    name = f"{view}/{index[0][0]}"
    is_text = any(direction == "text" for _, direction in index)
    if is_text and name in noted:
        return
    await database[view].create_index(list(index))
    if is_text:
        await database[TEXT_INDEXES].replace_one({"_id": name}, {"_id": name}, upsert=True)


async def _tally(tallies: Collection, model: ReadModel, place: Place, counts: Sequence[Count], recent: Recent) -> None:
    prefix = f"{model.view.name}/{place.partition}/"
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

"""Writes the documents and tallies of any read model, and prepares or resets its collections."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pymongo

from projectors.document_cache import DocumentCache
from projectors.document_io import WHOLE_DEADLINE, Collection, Database
from projectors.folding import (
    NOTHING,
    Folded,
    FoldFailure,
    TallyChange,
    fold_touches,
    separate_untouchable,
    touches_of,
)
from projectors.incomplete import INDEXES as INCOMPLETE_INDEXES
from projectors.origin import drop_version
from projectors.read_model import ReadModel, ShareChange
from schemas.documents import INCOMPLETE, TALLIES, TOTALS, filters_of, unrebuilt_name
from schemas.envelope import Envelope
from schemas.topics import TopicPartition

START_DEADLINE = 30.0
"""Seconds for the server to start."""


async def write(
    database: Database,
    model: ReadModel,
    partition: TopicPartition,
    envelopes: Sequence[Envelope],
    cache: DocumentCache,
    *,
    lacking: Mapping[str, int] = NOTHING,
) -> list[FoldFailure]:
    """Fold these events into the documents they touch; return the documents that failed.

    Documents that are `lacking` events stay as they are from these positions on.
    A document that fails has the events before the one it failed at. Where an event does not even say which documents
    it touches, the failure names none.

    Tallies and totals are written before the documents and read after them. After a crash in between, the documents are
    as they were and lead to the same changes again; each knows by its own position which of them it has. Where another
    writer is further with a document, what it has counted is not in the cache, and is read too.
    """
    collection = database[model.view.name]
    failures: list[FoldFailure] = []
    try:
        touches = touches_of(model, envelopes, partition.partition)
    except Exception:  # of one event
        envelopes, failures = separate_untouchable(model, envelopes)
        touches = touches_of(model, envelopes, partition.partition)
    stored = await cache.load(collection, list(touches))
    if any(document["position"] >= envelopes[0].position for document in stored.values()):
        cache.forget(TALLIES, TOTALS)
    folded, failed = fold_touches(model, stored, touches, lacking=lacking)
    failures += failed
    try:
        await _write_tallies(database[TALLIES], model, partition, folded.tally_changes, cache)
        await _write_totals(database[TOTALS], model, partition, folded.share_changes, cache)
        await cache.save(collection, folded)
    except BaseException:
        cache.clear()
        raise
    return failures


async def wait_for_server(database: Database) -> None:
    """Wait until the server of the documents answers; it may still be starting.

    Raises:
        PyMongoError: It does not, in `START_DEADLINE` seconds.
    """
    with pymongo.timeout(START_DEADLINE):
        await database.command("ping")


async def ensure_indexes(database: Database, models: Sequence[ReadModel]) -> None:
    """Create the indexes that are missing, once the server answers."""
    await wait_for_server(database)
    with pymongo.timeout(WHOLE_DEADLINE):
        for model in models:
            for index in model.indexes:
                await database[model.view.name].create_index(list(index))
        await database[TALLIES].create_index([("view", 1), ("label", 1)])
        for index in INCOMPLETE_INDEXES:
            await database[INCOMPLETE].create_index(list(index))


async def drop_earlier_forms(database: Database, models: Sequence[ReadModel]) -> None:
    """Remove what earlier releases kept in other forms; only where none of them runs beside this one."""
    await wait_for_server(database)
    earlier = {model.view._replace(form=form).name for model in models for form in range(1, model.view.form)}
    for name in await database.list_collection_names():
        if unrebuilt_name(name) in earlier:
            await drop_version(database, name)


async def _write_tallies(
    tallies: Collection,
    model: ReadModel,
    partition: TopicPartition,
    changes: Sequence[TallyChange],
    cache: DocumentCache,
) -> None:
    prefix = f"{model.view.name}/{partition.partition}/"
    by_key: dict[str, list[TallyChange]] = defaultdict(list)
    for change in changes:
        by_key[prefix + change.label].append(change)
    stored, folded = await cache.load(tallies, list(by_key)), Folded()
    for key, of_label in by_key.items():
        before = stored.get(key) or {"count": 0, "position": 0}
        if new := [change for change in of_label if change.position > before["position"]]:
            label, position = new[0].label, max(change.position for change in new)
            folded.positions[key] = position
            folded.documents[key] = {
                "_id": key,
                "view": model.view.name,
                "label": label,
                "filters": filters_of(label),
                "count": before["count"] + sum(change.change for change in new),
                "position": position,
            }
    await cache.save(tallies, folded)


async def _write_totals(
    totals: Collection,
    model: ReadModel,
    partition: TopicPartition,
    changes: Sequence[ShareChange],
    cache: DocumentCache,
) -> None:
    prefix = f"{model.view.name}/{partition.partition}/"
    by_key: dict[str, list[ShareChange]] = defaultdict(list)
    for change in changes:
        by_key[prefix + change.bucket].append(change)
    stored, folded = await cache.load(totals, list(by_key)), Folded()
    for key, of_bucket in by_key.items():
        before = stored.get(key) or {"sums": {}, "position": 0}
        sums, position = dict(before["sums"]), before["position"]
        for _, name, positions, amount in of_bucket:
            if new := [at for at in positions if at > before["position"]]:
                sums[name] = sums.get(name, 0) + amount * len(new)
                position = max(position, new[-1])
        if position > before["position"]:
            folded.positions[key] = position
            folded.documents[key] = {
                "_id": key,
                "view": model.view.name,
                "bucket": of_bucket[0].bucket,
                "sums": sums,
                "position": position,
            }
    await cache.save(totals, folded)

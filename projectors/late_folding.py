"""Brings incomplete documents up to date from the log: by itself a few times, and then when an operator asks for it.

Idempotent by `round`: it is saved before the first write, every tally and total remembers the last one that changed it,
and a round that was begun is finished before its partition's next batch.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

import structlog
from pymongo.errors import PyMongoError

from event_store.reading import EventReader
from projectors.document_io import Collection, Database, load
from projectors.folding import changes_of_shares, changes_of_tallies, counted_of, id_prefix
from projectors.incomplete import IncompleteDocument
from projectors.projection import Projection
from projectors.read_model import ReadModel
from schemas.codec import Stored, decode
from schemas.dead_letters import decisions_about
from schemas.documents import TALLIES, TOTALS, Document, filters_of
from schemas.errors import Unavailable
from schemas.stream_names import key_of
from schemas.topics import TopicPartition
from schemas.wire import locate
from subscriptions.decisions import read_decisions

PAGE = 2_000
LOOK_EVERY = 0.5
"""Seconds between two looks for documents that are due, and for operators' decisions."""

log = structlog.get_logger(__name__)


class _Failed(Exception):
    """A document could not be folded up to date because of the event at `position`."""

    def __init__(self, position: int, error: Exception) -> None:
        super().__init__(position)
        self.position = position
        self.error = error


class LateFolding:
    """Folds what incomplete documents of one projection lack; its consumer says how far each partition is written."""

    def __init__(
        self,
        projection: Projection,
        database: Database,
        reader: EventReader,
        *,
        partitions: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._projection = projection
        self._database = database
        self._reader = reader
        self._partition_count = partitions
        self._clock = clock
        projection.finish_first(self._finish_rounds)

    async def run_due(self, written: Mapping[TopicPartition, int]) -> int:
        """Try the documents of these partitions that are due; return how many there were.

        `written` are the positions up to which they are written.
        """
        if not self._projection.incomplete.of(written.keys()):
            return 0
        await self._follow_decisions(written)
        now = self._clock()
        due = [
            row for row in self._projection.incomplete.of(written.keys()) if row.dead_at is None and row.retry_at <= now
        ]
        for row in due:
            async with self._projection.writing(row.partition):
                if current := self._projection.incomplete.find(row.id):  # it may have been finished meanwhile
                    await self._try(current)
        return len(due)

    async def _follow_decisions(self, written: Mapping[TopicPartition, int]) -> None:
        """Carry out what operators have decided since each document was looked at last."""
        rows = self._projection.incomplete.of(written.keys())
        after = min(row.decided for row in rows)
        events, newest = await read_decisions(self._reader, after)
        if newest == after:
            return
        self._projection.decisions = newest
        for row in rows:
            decided = decisions_about(events, row.decided, self._projection.consumer, row.id)
            if decided:
                is_discarded = any(decision.is_discarded for decision in decided)
                log.info("decided", view=row.view, position=row.position, isDiscarded=is_discarded)
                await self._projection.incomplete.save(
                    row.revived(self._clock(), decided=newest, skipping=is_discarded)
                )
            else:
                self._projection.incomplete.note(replace(row, decided=newest))

    async def _finish_rounds(self, partition: TopicPartition) -> None:
        for row in self._projection.incomplete.of({partition}):
            if row.round:
                await self._try(row)

    async def _try(self, row: IncompleteDocument) -> None:
        """Fold what the row's documents lack, up to where the projection has written their partition."""
        model = self._projection.models[row.view]
        until = self._projection.written(row.view, row.partition)
        try:
            before, after = await self._refold(model, row, until)
            changes = _changes(model, before, after)
        except (PyMongoError, Unavailable, OSError):
            raise
        except Exception as error:
            failed = error if isinstance(error, _Failed) else _Failed(row.position, error)
            again = row.failed(failed.error, failed.position, self._clock())
            log.warning("document incomplete", view=row.view, position=failed.position, attempts=again.attempts)
            await self._projection.incomplete.save(again)
            return
        row = replace(row, round=row.round or uuid4().hex)
        await self._projection.incomplete.save(row)
        await self._write(row, after, changes)
        await self._projection.incomplete.remove(row)
        self._projection.forget_cached()

    async def _refold(
        self, model: ReadModel, row: IncompleteDocument, until: int
    ) -> tuple[Mapping[str, Document], Mapping[str, Document]]:
        """Return the row's documents as they are stored, and as they are with all events up to `until`.

        Raises:
            _Failed: An event cannot be read or folded.
        """
        keys = await self._keys(model, row) if row.is_unreadable else {row.key}
        before = await load(self._database[row.view], sorted(keys))
        documents: dict[str, Document] = {}
        starts = dict.fromkeys(keys, row.position - 1)
        for key, document in before.items():
            if document["position"] < row.position:
                documents[key] = document
            else:  # it went on without the event, and is folded from its beginning
                starts[key] = 0
                until = max(until, document["position"])
        async for stored in self._events(model, row, min(starts.values(), default=until), until):
            self._fold(model, row, stored, documents, starts)
        return before, documents

    async def _keys(self, model: ReadModel, row: IncompleteDocument) -> set[str]:
        """Return the documents that the events of the row's stream touch, from the missing one on."""
        prefix, keys = id_prefix(model, row.partition.partition), {row.key}
        others = {other.key for other in self._projection.incomplete.of({row.partition}) if other.view == row.view}
        version = 0
        while page := await self._reader.versions(row.stream, after=version, limit=PAGE):
            version = page[-1].version
            for stored in page:
                if (
                    stored.position >= row.position
                    and stored.position not in row.skipped
                    and stored.type in model.types
                ):
                    keys.update(prefix + key for key, _ in _touches(model, stored))
        return keys - (others - {row.key})

    def _fold(
        self,
        model: ReadModel,
        row: IncompleteDocument,
        stored: Stored,
        documents: dict[str, Document],
        starts: Mapping[str, int],
    ) -> None:
        prefix = id_prefix(model, row.partition.partition)
        try:
            envelope = decode(stored)
            touched = [(prefix + key, part) for key, part in model.touches(envelope)]
        except Exception as error:
            if stored.stream == row.stream or prefix + key_of(stored.stream) in starts:
                raise _Failed(stored.position, error) from error
            return  # it is another document's
        for key, part in touched:
            if stored.position > starts.get(key, stored.position):
                try:
                    after = model.project(documents.get(key), part, envelope)
                except Exception as error:
                    raise _Failed(stored.position, error) from error
                if after is not None and after is not documents.get(key):
                    documents[key] = after | {"_id": key, "position": stored.position}
                    if model.is_per_partition:
                        documents[key]["partition"] = row.partition.partition

    async def _events(self, model: ReadModel, row: IncompleteDocument, after: int, until: int) -> AsyncIterator[Stored]:
        """Yield the events of the row's partition that the model reads, but those that were discarded."""
        types = sorted(model.types)
        while after < until and (page := await self._reader.log(after, limit=PAGE, until=until, types=types)):
            after = page[-1].position
            for stored in page:
                if stored.position not in row.skipped and row.partition in locate(stored, self._partition_count)[0]:
                    yield stored
            await asyncio.sleep(0)

    async def _write(self, row: IncompleteDocument, after: Mapping[str, Document], changes: "_Changes") -> None:
        """Write tallies and totals before the documents: after a crash in between they lead to the same changes."""
        prefix = f"{row.view}/{row.partition.partition}/"
        for label, change in changes.tallies.items():
            new: Document = {"view": row.view, "label": label, "filters": filters_of(label), "count": 0, "position": 0}
            tally = await _claim(self._database[TALLIES], prefix + label, new, row.round)
            if tally:
                await _replace(self._database[TALLIES], tally | {"count": tally["count"] + change})
        for bucket, by_name in changes.totals.items():
            new = {"view": row.view, "bucket": bucket, "sums": {}, "position": 0}
            total = await _claim(self._database[TOTALS], prefix + bucket, new, row.round)
            if total:
                sums = total["sums"] | {name: total["sums"].get(name, 0) + by for name, by in by_name.items()}
                await _replace(self._database[TOTALS], total | {"sums": sums})
        for document in after.values():
            await _replace(self._database[row.view], document)


class _Changes(NamedTuple):
    """What tallies gain by label, and totals by bucket and name."""

    tallies: Mapping[str, int]
    totals: Mapping[str, Mapping[str, int]]


def _changes(model: ReadModel, before: Mapping[str, Document], after: Mapping[str, Document]) -> _Changes:
    tallies: dict[str, int] = defaultdict(int)
    totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, document in after.items():
        old, new = counted_of(model, before.get(key)), counted_of(model, document)
        for label, _, change in changes_of_tallies(old, new, 0):
            tallies[label] += change
        for share in changes_of_shares(old, new, 0):
            totals[share.bucket][share.name] += share.total
    return _Changes(tallies, totals)


async def _claim(collection: Collection, key: str, new: Document, round_: str) -> Document | None:
    """Return a tally or total to be changed by a round; None where the round has changed it already."""
    stored = await collection.find_one({"_id": key})
    if stored and stored.get("round") == round_:
        return None
    return (stored or {"_id": key, **new}) | {"round": round_}


async def _replace(collection: Collection, document: Document) -> None:
    await collection.replace_one({"_id": document["_id"]}, document, upsert=True)


def _touches(model: ReadModel, stored: Stored) -> Iterable[tuple[str, object]]:
    try:
        return list(model.touches(decode(stored)))
    except Exception as error:
        raise _Failed(stored.position, error) from error

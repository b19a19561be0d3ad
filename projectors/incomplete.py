"""The documents that lack events: those from the first one that could not be folded into them on.

Each is a row beside the documents. While there is one, later events leave the document as it is, so that it is right up
to a point, and not wrong for good; they are in the log, from which `projectors/late_folding.py` brings it up to date.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from projectors.document_io import Database
from projectors.read_model import Index
from schemas.documents import INCOMPLETE, Document, document_time
from schemas.error_codes import cause_code
from schemas.topics import TopicPartition
from schemas.tracebacks import format_kept_traceback
from subscriptions.retry import MAX_TRIES

FIRST_DELAY = 1.0
"""Seconds until an event that could not be folded is tried again; doubling."""
INDEXES: tuple[Index, ...] = (
    (("row", 1),),
    (("is_dead", 1), ("row", 1)),
    (("cause", 1), ("row", 1)),
    (("key", 1), ("row", 1)),
)
"""Of the rows, which are listed by their own ids: not every server keeps `_id` in an index."""


@dataclass(frozen=True, slots=True)
class IncompleteDocument:
    """A document of `view` that lacks the event at `position`, of `stream`, and all later ones.

    Of an event that cannot be read it is not certain which documents it touches: then `key` is the id in its stream's
    name, and `is_unreadable` is true. `failed_at` is the event that failed last; the events at `skipped` were discarded
    by operators, whose decisions up to version `decided` of their stream are carried out. `round` names a write that
    has begun and must be finished.
    """

    view: str
    partition: TopicPartition
    key: str
    position: int
    stream: str
    type: str
    is_unreadable: bool
    cause: str
    trace: str
    since: datetime
    retry_at: datetime
    attempts: int
    failed_at: int
    dead_at: datetime | None = None
    decided: int = 0
    skipped: tuple[int, ...] = ()
    round: str = ""

    @property
    def id(self) -> str:
        """The `_id` of its row."""
        return f"{self.view}/{self.partition.topic}/{self.partition.partition}/{self.key}"

    def failed(self, error: Exception, position: int, now: datetime) -> "IncompleteDocument":
        """Return the row after one more failure, at the event at `position`: due later, or dead."""
        attempts = self.attempts + 1
        return replace(
            self,
            cause=cause_code(error),
            trace=format_kept_traceback(error),
            attempts=attempts,
            failed_at=position,
            retry_at=now + timedelta(seconds=FIRST_DELAY * 2 ** (attempts - 1)),
            dead_at=now if attempts > MAX_TRIES else None,
        )

    def revived(self, now: datetime, *, decided: int, skipping: bool = False) -> "IncompleteDocument":
        """Return the row after an operator's decision: tried again, or without the event that failed."""
        skipped = (*self.skipped, self.failed_at) if skipping else self.skipped
        return replace(self, attempts=0, dead_at=None, retry_at=now, decided=decided, skipped=skipped)


class IncompleteDocuments:
    """The incomplete documents of some views, as they are stored and in memory."""

    def __init__(self, database: Database, views: Collection[str]) -> None:
        self._collection = database[INCOMPLETE]
        self._views = views
        self._rows: dict[str, IncompleteDocument] = {}

    async def load(self) -> None:
        """Read what is stored."""
        rows = [_from_document(each) async for each in self._collection.find({"view": {"$in": list(self._views)}})]
        self._rows = {row.id: row for row in rows}

    async def save(self, row: IncompleteDocument) -> None:
        """Add or replace a row."""
        await self._collection.replace_one({"_id": row.id}, _to_document(row), upsert=True)
        self._rows[row.id] = row

    def note(self, row: IncompleteDocument) -> None:
        """Replace a row in memory alone: what changed in it is found out again after a restart."""
        self._rows[row.id] = row

    async def remove(self, row: IncompleteDocument) -> None:
        """Take away the row of a document that lacks nothing any more."""
        await self._collection.delete_one({"_id": row.id})
        self._rows.pop(row.id, None)

    def positions(self, view: str, partition: TopicPartition) -> Mapping[str, int]:
        """Return the view's incomplete documents that this partition feeds, each with its first missing position."""
        rows = self._rows.values()
        return {row.key: row.position for row in rows if (row.view, row.partition) == (view, partition)}

    def find(self, row_id: str) -> IncompleteDocument | None:
        """Return one row, if its document still lacks events."""
        return self._rows.get(row_id)

    def of(self, partitions: Collection[TopicPartition]) -> list[IncompleteDocument]:
        """Return the rows of these partitions."""
        return [row for row in self._rows.values() if row.partition in partitions]

    def all(self) -> list[IncompleteDocument]:
        """Return all rows."""
        return list(self._rows.values())

    def count(self, partitions: Collection[TopicPartition], *, is_dead: bool) -> int:
        """Return how many of these partitions wait for an operator, or wait to be tried again."""
        return sum((row.dead_at is not None) is is_dead for row in self.of(partitions))


def _to_document(row: IncompleteDocument) -> Document:
    times = {name: document_time(at) for name in ("since", "retry_at", "dead_at") if (at := getattr(row, name))}
    partition = {"topic": row.partition.topic, "partition": row.partition.partition}
    listed = {"row": row.id, "is_dead": row.dead_at is not None}
    return {"_id": row.id, **asdict(row), "dead_at": None, **times, **partition, **listed, "skipped": list(row.skipped)}


def _from_document(document: Document) -> IncompleteDocument:
    fields = {name: document[name] for name in IncompleteDocument.__slots__}
    for name in ("since", "retry_at", "dead_at"):
        fields[name] = fields[name] and datetime.fromisoformat(fields[name]).astimezone(UTC)
    fields["partition"] = TopicPartition(document["topic"], document["partition"])
    fields["skipped"] = tuple(document["skipped"])
    return IncompleteDocument(**fields)

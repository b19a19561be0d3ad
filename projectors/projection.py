"""The subscription handler that keeps the documents of read models up to the log."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import structlog

from concurrency.gather import gather_all
from projectors.batched_io import BatcherPerCollection, save_all
from projectors.checkpoints import LogPosition, load_checkpoints, save_checkpoints
from projectors.document_cache import DocumentCache
from projectors.document_io import Database, Save
from projectors.folding import id_prefix
from projectors.incomplete import IncompleteDocument, IncompleteDocuments
from projectors.origin import IdentifiedLog, require_match
from projectors.read_model import ReadModel
from projectors.writer import write
from schemas.documents import CHECKPOINTS, ORIGINS, Advance
from schemas.envelope import Envelope
from schemas.stream_names import key_of
from schemas.topics import TopicPartition
from subscriptions.catch_up import UnreadableEvent

FinishRounds = Callable[[TopicPartition], Awaitable[None]]

log = structlog.get_logger(__name__)


def ignore_progress(_view: str, _partition: TopicPartition, _position: int) -> None:
    """Do nothing: the `advance` of a process in which nobody waits for views."""


class Projection:
    """Keeps the documents of `models` up to a log, which `log_reader` identifies.

    A document whose fold raises, or one of whose events cannot be read, is left as it is from there on, and listed as
    incomplete; all others go on.

    Key: whatever the log is keyed by; order: position, per partition. Idempotent by each document's own position.
    A crash between documents and checkpoint repeats the batch, which then changes nothing.
    """

    def __init__(
        self,
        models: Sequence[ReadModel],
        database: Database,
        log_reader: IdentifiedLog,
        *,
        consumer: str = "projections",
        advance: Advance = ignore_progress,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        documents: DocumentCache | None = None,
        save_marks: Save | None = None,
    ) -> None:
        """`documents` and `save_marks` are of a rebuild, which writes later."""
        self._models = tuple(models)
        self._next_models = self._models
        self._titles = frozenset(model.view.title for model in models)
        self._database = database
        self._log_reader = log_reader
        self._log_id = ""
        self._advance = advance
        self._cache = documents or DocumentCache()
        self._save_marks = save_marks or BatcherPerCollection(save_all).ask
        self._clock = clock
        self._locks: dict[TopicPartition, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._finish_rounds: FinishRounds | None = None
        self._written: dict[tuple[str, TopicPartition], int] = {}
        self.models = {model.view.name: model for model in models}
        self.incomplete = IncompleteDocuments(database, self.models)
        self.decisions = 0
        """The version up to which the decisions of operators were seen."""
        self.consumer = consumer
        self.topics = frozenset(model.view.topic for model in models)
        self.types = frozenset(name for model in models for name in model.types)

    async def checkpoints(self) -> dict[TopicPartition, int]:
        """Return the lowest checkpoint of all models, for the partitions of which every model has one.

        Raises:
            LogMismatch: The documents are not of this log.
        """
        self._models = self._next_models
        self.models.clear()
        self.models.update({model.view.name: model for model in self._models})
        self._cache.clear()
        await self.incomplete.load()
        await require_match(self._database, self._log_reader)
        positions = {
            (mark.view, mark.partition): mark.at.position
            for mark in await load_checkpoints(self._database[CHECKPOINTS])
        }
        self._written = dict(positions)
        lowest: dict[TopicPartition, int] = {}
        for _, partition in positions:
            views = [model.view.name for model in self._models if model.view.topic == partition.topic]
            if views and all((view, partition) in positions for view in views):
                lowest[partition] = min(positions[view, partition] for view in views)
        return lowest

    def follow(self, models: Sequence[ReadModel]) -> bool:
        """Keep, from the next call of `checkpoints` on, those of these models that are versions of ours.

        What they lack is read then. Returns whether they are others than before.
        """
        before = self._next_models
        self._next_models = tuple(model for model in models if model.view.title in self._titles)
        return self._next_models != before

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent] = (),
        *,
        event_id: str,
    ) -> None:
        """Write what `envelopes` (one partition, position order) change, then the checkpoint at `position`.

        A document that an event cannot be folded into is incomplete from there on; all others go on.
        """
        async with self.writing(partition):
            if self._finish_rounds:
                await self._finish_rounds(partition)
            await self._handle(partition, envelopes, position, unreadable, event_id)

    def writing(self, partition: TopicPartition) -> asyncio.Lock:
        """Return the lock of whoever writes what a partition feeds."""
        return self._locks[partition]

    def written(self, view: str, partition: TopicPartition) -> int:
        """Return the position up to which a partition is written into a view."""
        return self._written.get((view, partition), 0)

    def finish_first(self, finish_rounds: FinishRounds) -> None:
        """Call this before each batch of a partition: it finishes what was begun with incomplete documents."""
        self._finish_rounds = finish_rounds

    def forget_cached(self) -> None:
        """Load documents again that others have written."""
        self._cache.clear()

    async def _handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent],
        event_id: str,
    ) -> None:
        at = LogPosition(position, event_id, await self._get_log_id())
        models = [model for model in self._models if model.view.topic == partition.topic]
        typed = [(envelope.type, envelope) for envelope in envelopes]
        wanted = {model.view.name: [each for name, each in typed if name in model.types] for model in models}
        await self._save(ORIGINS, [view for view, given in wanted.items() if given], partition, at)
        await gather_all(self._write(model, partition, wanted[model.view.name], unreadable) for model in models)
        views = list(wanted)
        await self._save(CHECKPOINTS, views, partition, at)
        for view in views:
            self._written[view, partition] = max(position, self.written(view, partition))
            self._advance(view, partition, position)
        self._log_projected(partition, envelopes)

    async def _write(
        self,
        model: ReadModel,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        unreadable: Sequence[UnreadableEvent],
    ) -> None:
        """Write the documents up to each event that cannot be read, whose document waits from there on."""
        rest = list(envelopes)
        for event in unreadable:
            if event.type in model.types:
                await self._write_readable(model, partition, [each for each in rest if each.position < event.position])
                rest = [each for each in rest if each.position > event.position]
                await self._park(model, partition, "", event, event.cause)
        await self._write_readable(model, partition, rest)

    async def _write_readable(self, model: ReadModel, partition: TopicPartition, envelopes: Sequence[Envelope]) -> None:
        if not envelopes:
            return
        lacking = self.incomplete.positions(model.view.name, partition)
        for failure in await write(self._database, model, partition, envelopes, self._cache, lacking=lacking):
            await self._park(model, partition, failure.key, failure.envelope, failure.error)

    async def _park(
        self,
        model: ReadModel,
        partition: TopicPartition,
        key: str,
        event: Envelope | UnreadableEvent,
        error: Exception,
    ) -> None:
        """Note that a document lacks this event; without a key, the documents of the event's stream."""
        name, waiting = model.view.name, key or id_prefix(model, partition.partition) + key_of(event.stream)
        if waiting in self.incomplete.positions(name, partition):
            return
        now = self._clock()
        row = IncompleteDocument(
            view=name,
            partition=partition,
            key=waiting,
            position=event.position,
            stream=event.stream,
            type=event.type,
            is_unreadable=not key,
            cause="",
            trace="",
            since=now,
            retry_at=now,
            attempts=0,
            failed_at=event.position,
            decided=self.decisions,
        ).failed(error, event.position, now)
        await self.incomplete.save(row)
        log.error("document incomplete", view=name, position=event.position, type=event.type, exc_info=error)

    async def _get_log_id(self) -> str:
        self._log_id = self._log_id or await self._log_reader.log_id()
        return self._log_id

    async def _save(self, name: str, views: Sequence[str], partition: TopicPartition, at: LogPosition) -> None:
        if views:
            await save_checkpoints(self._database[name], views, partition, at, self._save_marks)

    def _log_projected(self, partition: TopicPartition, envelopes: Sequence[Envelope]) -> None:
        if not log.is_enabled_for(logging.DEBUG):
            return
        for envelope in envelopes:
            log.debug(
                "projected",
                consumer=self.consumer,
                topic=partition.topic,
                partition=partition.partition,
                position=envelope.position,
                type=envelope.type,
                correlationId=envelope.correlation_id,
                causationId=envelope.causation_id,
            )

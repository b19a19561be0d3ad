"""The subscription handler that keeps the documents of read models up to the log."""

import logging
from collections.abc import Sequence

import structlog

from projectors.batched_io import BatcherPerCollection, save_all
from projectors.checkpoints import LogPosition, load_checkpoints, save_checkpoints
from projectors.document_cache import DocumentCache
from projectors.document_io import Database
from projectors.origin import IdentifiedLog, require_match
from projectors.read_model import ReadModel
from projectors.writer import write
from schemas.documents import CHECKPOINTS, ORIGINS, Advance
from schemas.envelope import Envelope
from schemas.topics import TopicPartition
from subscriptions.catch_up import UnreadableEvent

log = structlog.get_logger(__name__)


def ignore_progress(_view: str, _partition: TopicPartition, _position: int) -> None:
    """Do nothing: the `advance` of a process in which nobody waits for views."""


class Projection:
    """Keeps the documents of `models` up to a log, which `log_reader` identifies.

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
    ) -> None:
        self._models = tuple(models)
        self._database = database
        self._log_reader = log_reader
        self._log_id = ""
        self._advance = advance
        self._cache = DocumentCache()
        self._checkpoint_saves = BatcherPerCollection(save_all)
        self.consumer = consumer
        self.topics = frozenset(model.view.topic for model in models)
        self.types = frozenset(name for model in models for name in model.types)

    async def checkpoints(self) -> dict[TopicPartition, int]:
        """Return the lowest checkpoint of all models, for the partitions of which every model has one.

        Raises:
            LogMismatch: The documents are not of this log.
        """
        self._cache.clear()
        await require_match(self._database, self._log_reader)
        positions = {
            (mark.view, mark.partition): mark.at.position
            for mark in await load_checkpoints(self._database[CHECKPOINTS])
        }
        lowest: dict[TopicPartition, int] = {}
        for _, partition in positions:
            views = [model.view.name for model in self._models if model.view.topic == partition.topic]
            if views and all((view, partition) in positions for view in views):
                lowest[partition] = min(positions[view, partition] for view in views)
        return lowest

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent] = (),  # noqa: ARG002 - its documents go without
        *,
        event_id: str,
    ) -> None:
        """Write what `envelopes` (one partition, position order) change, then the checkpoint at `position`."""
        at = LogPosition(position, event_id, await self._get_log_id())
        models = [model for model in self._models if model.view.topic == partition.topic]
        wanted = {
            model.view.name: [envelope for envelope in envelopes if envelope.type in model.types] for model in models
        }
        await self._save(ORIGINS, [view for view, given in wanted.items() if given], partition, at)
        for model in models:
            if given := wanted[model.view.name]:
                await write(self._database, model, partition, given, self._cache)
        views = list(wanted)
        await self._save(CHECKPOINTS, views, partition, at)
        for view in views:
            self._advance(view, partition, position)
        self._log_projected(partition, envelopes)

    async def _get_log_id(self) -> str:
        self._log_id = self._log_id or await self._log_reader.log_id()
        return self._log_id

    async def _save(self, name: str, views: Sequence[str], partition: TopicPartition, at: LogPosition) -> None:
        if views:
            await save_checkpoints(self._database[name], views, partition, at, self._checkpoint_saves.ask)

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

"""The subscription handler that keeps the documents of read models up to the log."""

import logging
from collections.abc import Sequence

import structlog

from projectors.batched_io import BatcherPerCollection, save_all
from projectors.checkpoints import load_checkpoints, save_checkpoints
from projectors.document_cache import DocumentCache
from projectors.document_io import Database
from projectors.read_model import ReadModel
from projectors.writer import write
from schemas.documents import Advance
from schemas.envelope import Envelope
from schemas.topics import TopicPartition
from subscriptions.catch_up import UnreadableEvent

log = structlog.get_logger(__name__)


def ignore_progress(_view: str, _partition: TopicPartition, _position: int) -> None:
    """Do nothing: the `advance` of a process in which nobody waits for views."""


class Projection:
    """Keeps the documents of `models` up to the log.

    Key: whatever the log is keyed by; order: position, per partition. Idempotent by each document's own position.
    A crash between documents and checkpoint repeats the batch, which then changes nothing.
    """

    def __init__(
        self,
        models: Sequence[ReadModel],
        database: Database,
        *,
        consumer: str = "projections",
        advance: Advance = ignore_progress,
    ) -> None:
        self._models = tuple(models)
        self._database = database
        self._advance = advance
        self._cache = DocumentCache()
        self._checkpoint_saves = BatcherPerCollection(save_all)
        self.consumer = consumer
        self.topics = frozenset(model.view.topic for model in models)
        self.types = frozenset(name for model in models for name in model.types)

    async def checkpoints(self) -> dict[TopicPartition, int]:
        """Return the lowest checkpoint of all models, for the partitions of which every model has one."""
        self._cache.clear()
        by_view = await load_checkpoints(self._database)
        lowest: dict[TopicPartition, int] = {}
        for topic in self.topics:
            checkpoints = [by_view.get(model.view.name, {}) for model in self._models if model.view.topic == topic]
            for partition in set.intersection(*(set(positions) for positions in checkpoints)):
                lowest[partition] = min(positions[partition] for positions in checkpoints)
        return lowest

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent] = (),  # noqa: ARG002 - its documents go without
    ) -> None:
        """Write what `envelopes` (one partition, position order) change, then the checkpoint at `position`."""
        models = [model for model in self._models if model.view.topic == partition.topic]
        for model in models:
            wanted = [envelope for envelope in envelopes if envelope.type in model.types]
            if wanted:
                await write(self._database, model, partition, wanted, self._cache)
        views = [model.view.name for model in models]
        await save_checkpoints(self._database, views, partition, position, self._checkpoint_saves.ask)
        for view in views:
            self._advance(view, partition, position)
        self._log_projected(partition, envelopes)

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

"""Read models behind one inbox: the handler that keeps their documents up to the log."""

import logging
from collections.abc import Sequence

import structlog

from projectors.batched_io import BatcherPerCollection, save_all
from projectors.document_cache import DocumentCache
from projectors.read_model import ReadModel
from projectors.writer import Database, load_checkpoints, save_checkpoints, write
from schemas.documents import Advance
from schemas.envelope import Envelope
from schemas.topics import TopicPartition

log = structlog.get_logger(__name__)


def ignore_progress(_view: str, _place: TopicPartition, _position: int) -> None:
    """Tell nobody."""


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
        self._recent = DocumentCache()
        self._checkpointing = BatcherPerCollection(save_all)
        self.consumer = consumer
        self.topics = frozenset(model.view.topic for model in models)
        self.types = frozenset(name for model in models for name in model.types)

    async def checkpoints(self) -> dict[TopicPartition, int]:
        """The lowest checkpoint of all models, by partition; a partition that one has never seen is left out."""
        self._recent.clear()
        found = await load_checkpoints(self._database)
        partitions: dict[TopicPartition, int] = {}
        for topic in self.topics:
            standing = [found.get(model.view.name, {}) for model in self._models if model.view.topic == topic]
            for partition in set.intersection(*(set(positions) for positions in standing)):
                partitions[partition] = min(positions[partition] for positions in standing)
        return partitions

    async def handle(self, partition: TopicPartition, envelopes: Sequence[Envelope], position: int) -> None:
        """Write what `envelopes` (one partition, position order) change, then the checkpoint at `position`."""
        models = [model for model in self._models if model.view.topic == partition.topic]
        for model in models:
            wanted = [envelope for envelope in envelopes if envelope.type in model.types]
            if wanted:
                await write(self._database, model, partition, wanted, self._recent)
        views = [model.view.name for model in models]
        await save_checkpoints(self._database, views, partition, position, self._checkpointing.ask)
        for model in models:
            self._advance(model.view.name, partition, position)
        self._note(partition, envelopes)

    def _note(self, partition: TopicPartition, envelopes: Sequence[Envelope]) -> None:
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

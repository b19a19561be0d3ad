"""Read models behind one inbox: the handler that keeps their documents up to the log."""

import logging
from collections.abc import Sequence

import structlog

from projectors.model import ReadModel
from projectors.recent import Recent, save_all
from projectors.together import Together
from projectors.writing import Database, finish, finished, write
from schemas.documents import Advance
from schemas.envelope import Envelope
from schemas.topics import Place

log = structlog.get_logger(__name__)


def unheard(_view: str, _place: Place, _position: int) -> None:
    """Tell nobody."""


class Projection:
    """Keeps the documents of `models` up to the log.

    Key: whatever the log is keyed by; order: position, per place. Idempotent by each document's own position.
    A crash between documents and checkpoint repeats the batch, which then changes nothing.
    """

    def __init__(
        self,
        models: Sequence[ReadModel],
        database: Database,
        *,
        consumer: str = "projections",
        advance: Advance = unheard,
    ) -> None:
        self._models = tuple(models)
        self._database = database
        self._advance = advance
        self._recent = Recent()
        self._checkpointing = Together(save_all)
        self.consumer = consumer
        self.topics = frozenset(model.view.topic for model in models)
        self.types = frozenset(name for model in models for name in model.types)

    async def checkpoints(self) -> dict[Place, int]:
        """What every model has finished: the least of theirs on each place; a place one has never seen is left out."""
        self._recent.clear()
        found = await finished(self._database)
        places: dict[Place, int] = {}
        for topic in self.topics:
            standing = [found.get(model.view.name, {}) for model in self._models if model.view.topic == topic]
            for place in set.intersection(*(set(positions) for positions in standing)):
                places[place] = min(positions[place] for positions in standing)
        return places

    async def handle(self, place: Place, envelopes: Sequence[Envelope], position: int) -> None:
        """Write what `envelopes` (one place, position order) change, then mark the place done up to `position`."""
        models = [model for model in self._models if model.view.topic == place.topic]
        for model in models:
            wanted = [envelope for envelope in envelopes if envelope.type in model.types]
            if wanted:
                await write(self._database, model, place, wanted, self._recent)
        views = [model.view.name for model in models]
        await finish(self._database, views, place, position, self._checkpointing.want)
        for model in models:
            self._advance(model.view.name, place, position)
        self._note(place, envelopes)

    def _note(self, place: Place, envelopes: Sequence[Envelope]) -> None:
        if not log.is_enabled_for(logging.DEBUG):
            return
        for envelope in envelopes:
            log.debug(
                "projected",
                consumer=self.consumer,
                topic=place.topic,
                partition=place.partition,
                position=envelope.position,
                type=envelope.type,
                correlationId=envelope.correlation_id,
                causationId=envelope.causation_id,
            )

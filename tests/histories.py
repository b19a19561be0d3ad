"""Short histories of orders, stock and products as the log would hold them, told by the examples' words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

import orjson

from projectors.projection import Projection
from schemas.codec import encode_data
from schemas.envelope import Envelope
from schemas.ids import derived_id
from schemas.message import Event
from schemas.topics import TopicPartition, addresses
from tests.examples import EXAMPLES, NOON, stream_of

PARTITIONS = 4

COMPLETED = (
    "order.number.claimed", "order.created", "saga.started", "payment.processing", "payment.processed",
    "saga.step.completed", "inventory.reservation", "inventory.reserved", "shipping.preparation",
    "shipping.prepared", "inventory.confirmation", "saga.completed", "order.completed", "inventory.confirmed",
)  # fmt: skip
REFUSED_BY_THE_CARRIER = (
    *COMPLETED[:9], "shipping.failed", "saga.compensation.started", "inventory.release", "inventory.released",
    "payment.refund", "payment.refunded", "saga.failed", "order.failed",
)  # fmt: skip


def events(*names: str, **changed: object) -> list[Event]:
    """The examples of these types, all with these fields changed where they have them."""
    return [
        example.model_copy(
            update={name: value for name, value in changed.items() if name in type(example).model_fields}
        )
        for example in map(EXAMPLES.__getitem__, names)
    ]


def recorded(history: Iterable[Event], *, after: int = 0) -> list[Envelope]:
    """These events as the store gives them back, one second apart, from position `after` + 1 on."""
    versions: dict[str, int] = defaultdict(int)
    envelopes = []
    for position, event in enumerate(history, after + 1):
        stream = stream_of(event)
        versions[stream] += 1
        envelopes.append(
            Envelope(
                id=derived_id(stream, str(versions[stream])),
                stream=stream,
                version=versions[stream],
                event=event,
                occurred_at=NOON + timedelta(seconds=position),
                correlation_id=stream,
                causation_id=stream,
                position=position,
            )
        )
    return envelopes


class HistoryLog:
    """The log of a history that no store has."""

    def __init__(self, envelopes: Iterable[Envelope] = (), name: str = "a history") -> None:
        self.ids = {envelope.position: envelope.id for envelope in envelopes}
        self.name = name

    async def log_id(self) -> str:
        return self.name

    async def event_ids(self, positions: Collection[int]) -> dict[int, str]:
        return {position: self.ids[position] for position in positions if position in self.ids}


def places_of(envelope: Envelope) -> list[TopicPartition]:
    """Where the relay publishes it."""
    data = orjson.loads(encode_data(envelope.event))
    return [place for place, _ in addresses(envelope.type, envelope.stream, data, PARTITIONS)]


async def deliver(projection: Projection, envelopes: Sequence[Envelope], *, batch: int = 1_000) -> None:
    """Hand the log to a projection as an subscription would: by place, in batches, only what it wants."""
    for start in range(0, len(envelopes), batch):
        by_place: dict[TopicPartition, list[Envelope]] = defaultdict(list)
        for envelope in envelopes[start : start + batch]:
            for place in places_of(envelope):
                if place.topic in projection.topics:
                    by_place[place].append(envelope)
        for place, run in by_place.items():
            wanted = [envelope for envelope in run if envelope.type in projection.types]
            await projection.handle(place, wanted, run[-1].position, event_id=run[-1].id)

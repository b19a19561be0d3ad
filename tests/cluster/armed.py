"""`python -m tests.cluster.armed service payment`: a service that kills itself at a point, once it is told to.

It is the shop's own command. When the file `armed` in its data folder names a point, the process that comes there next
takes the file away and ends by SIGKILL; the one that is started after it finds no file.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

import command_api.routers.place_order
import edge.raw_route
import projectors.document_io
from aioutlet.cli import main
from event_store.postgres.store import PostgresBackend
from event_store.threaded import ThreadedStore
from projectors.consumer import ProjectionConsumer
from projectors.projection import Projection
from schemas.documents import CHECKPOINTS, ORIGINS
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from subscriptions.consumer import BatchingConsumer

ARMED = "armed"
BEFORE_READ, AFTER_READ = "before read", "after read"
BEFORE_WRITE, AFTER_WRITE = "before write", "after write, before acknowledge"
AFTER_ACKNOWLEDGE = "after acknowledge"
POINTS = (BEFORE_READ, AFTER_READ, BEFORE_WRITE, AFTER_WRITE, AFTER_ACKNOWLEDGE)


class Place(NamedTuple):
    """A function where something is read, written or acknowledged; only calls that `counts` accepts are points."""

    owner: Any
    name: str
    counts: Callable[..., bool] = lambda *_: True


class Places(NamedTuple):
    """Where a service reads its work, writes what it leads to, and says that it is done."""

    read: Place
    write: Place
    acknowledge: Place


def _has_events(_: PostgresBackend, requests: Any) -> bool:
    return any(request.events for request in requests)


def _has_documents(collection: Any, writes: Any) -> bool:
    return bool(writes) and collection.name not in {CHECKPOINTS, ORIGINS}


def _is_checkpoint(_: Projection, name: str, *__: Any) -> bool:
    return name == CHECKPOINTS


AGENT = Places(
    Place(AIOKafkaConsumerThread, "_fetch_records"),
    Place(PostgresBackend, "commit", _has_events),
    Place(BatchingConsumer, "_receive"),
)
PLACES: Mapping[str, Places] = {
    "command-api": Places(
        Place(command_api.routers.place_order, "read_json"),
        Place(PostgresBackend, "commit", _has_events),
        Place(edge.raw_route, "_respond"),
    ),
    "relay": Places(Place(ThreadedStore, "log"), Place(KafkaPublisher, "publish"), Place(Relay, "_save_checkpoints")),
    "saga": AGENT,
    "payment": AGENT,
    "inventory": AGENT,
    "shipping": AGENT,
    "notification": AGENT,
    "projectors": Places(
        Place(ProjectionConsumer, "_fetch"),
        Place(projectors.document_io, "_bulk_write", _has_documents),
        Place(Projection, "_save", _is_checkpoint),
    ),
}


def end_at(point: str) -> None:
    """End here if the data folder says so."""
    armed = Path(os.environ["AIOUTLET_DATA"]) / ARMED
    if armed.exists() and armed.read_text() == point:
        armed.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def arm(place: Place, before: str | None, after: str) -> None:
    """Make a function end the process before or after its work; after a read only if it has found something."""
    work = getattr(place.owner, place.name)
    is_read = after == AFTER_READ

    def leave(result: Any) -> Any:
        if result or not is_read:
            end_at(after)
        return result

    @wraps(work)
    def armed(*arguments: Any, **options: Any) -> Any:
        if not place.counts(*arguments):
            return work(*arguments, **options)
        if before:
            end_at(before)
        result = work(*arguments, **options)
        return _awaited(result, leave) if isinstance(result, Awaitable) else leave(result)

    setattr(place.owner, place.name, armed)


async def _awaited(work: Awaitable[Any], leave: Callable[[Any], Any]) -> Any:
    return leave(await work)


if __name__ == "__main__":
    places = PLACES.get(sys.argv[2])
    if places:
        arm(places.read, BEFORE_READ, AFTER_READ)
        arm(places.write, BEFORE_WRITE, AFTER_WRITE)
        arm(places.acknowledge, None, AFTER_ACKNOWLEDGE)
    main()

"""Whether this release has every version of the saga's definition that a live saga is pinned to; asked at the start.

What `saga.started` says is read once in the life of a log: where each version begins, and how far was looked, is a
snapshot beside it.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from domain.fulfilment.decider import SAGA
from domain.fulfilment.state import State
from domain.fulfilment.table import DEFINITIONS
from event_store.records import Snapshot
from event_store.store import EventStore
from schemas.codec import Stored
from schemas.errors import DefinitionUnknown, Poison
from schemas.saga import SagaStarted
from schemas.stream_names import subject_of
from streams.sagas import read_sagas

SNAPSHOT, FORM = "saga-definitions", "definitions/1"
LOOKED_AT = 5_000
"""Events of one read."""
SAGAS_AT_ONCE = 200
NAMED = 5
"""Orders that a refusal names at most."""
ENDED = frozenset({State.SHIPPED, State.FAILED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class _Versions:
    """Where the first saga of each version started, up to a position of the log."""

    until: int = 0
    first: Mapping[int, int] = field(default_factory=dict)


async def check_definitions(store: EventStore, known: Collection[int] = DEFINITIONS.keys()) -> None:
    """Refuse to start where a live saga needs a version that is not `known`.

    Raises:
        DefinitionUnknown: Names the version and the orders.
    """
    versions = await _find_versions(store)
    for version in sorted(versions.first.keys() - known):
        live = [
            order_id
            async for order_id in _live(store, version, after=versions.first[version] - 1, until=versions.until)
        ]
        if live:
            raise _refusal(version, live, known)


async def _find_versions(store: EventStore) -> _Versions:
    found = await store.snapshot(SNAPSHOT, decider=FORM)
    head = await store.head()
    versions = _read(found) if found and found.version <= head else _Versions()
    if head == versions.until:
        return versions
    first = dict(versions.first)
    async for row, version in _started(store, after=versions.until, until=head):
        first.setdefault(version, row.position)
    state = orjson.dumps({str(version): position for version, position in first.items()})
    await store.save_snapshots([Snapshot(SNAPSHOT, head, FORM, state)])
    return _Versions(head, first)


def _read(snapshot: Snapshot) -> _Versions:
    first = orjson.loads(snapshot.state)
    return _Versions(snapshot.version, {int(version): position for version, position in first.items()})


async def _started(store: EventStore, *, after: int, until: int) -> AsyncIterator[tuple[Stored, int]]:
    """Yield the events that start sagas, with the version each names; one that cannot be read is parked elsewhere."""
    while rows := await store.log(after, limit=LOOKED_AT, until=until, types=(SagaStarted.wire_name,)):
        for row in rows:
            version = _version_of(row.state)
            if version is not None:
                yield row, version
        after = rows[-1].position


def _version_of(state: bytes) -> int | None:
    try:
        version = orjson.loads(state)["data"]["definitionVersion"]
    except (ValueError, LookupError, TypeError):
        return None
    return version if isinstance(version, int) else None


async def _live(store: EventStore, version: int, *, after: int, until: int) -> AsyncIterator[str]:
    """Yield the orders whose saga has this version and has not ended, as far as this release can read it."""
    started = [
        subject_of(row.stream) async for row, each in _started(store, after=after, until=until) if each == version
    ]
    for begin in range(0, len(started), SAGAS_AT_ONCE):
        order_ids = started[begin : begin + SAGAS_AT_ONCE]
        sagas = await read_sagas(store, order_ids)
        for order_id in order_ids:
            saga = sagas[order_id]
            if isinstance(saga, Poison) or SAGA.fold(each.event for each in saga).state not in ENDED:
                yield order_id


def _refusal(version: int, live: Sequence[str], known: Collection[int]) -> DefinitionUnknown:
    named = ", ".join(live[:NAMED]) + (f" and {len(live) - NAMED} more" if len(live) > NAMED else "")
    detail = (
        f"definition {version} of the saga is not in this release, which has {', '.join(map(str, sorted(known)))}, "
        f"and these orders run by it: {named}"
    )
    return DefinitionUnknown(detail, definition_version=version, orders=list(live))

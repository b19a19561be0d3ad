"""Reads the sagas of many orders at once, such that one that cannot be read stops no other."""

from collections.abc import Collection, Mapping, Sequence

from event_store.store import EventStore
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.stream_names import saga_stream

Sagas = Mapping[str, Sequence[Envelope] | Poison]
"""The events of each order's saga, or why they cannot be read."""


async def read_sagas(store: EventStore, order_ids: Collection[str]) -> Sagas:
    """Return the sagas by order: in one read, or one after another where that one meets what cannot be read."""
    try:
        found = await store.streams({saga_stream(order_id): 0 for order_id in order_ids})
    except Poison:
        return {order_id: await _read(store, order_id) for order_id in order_ids}
    return {order_id: found[saga_stream(order_id)] for order_id in order_ids}


async def _read(store: EventStore, order_id: str) -> Sequence[Envelope] | Poison:
    try:
        return await store.stream(saga_stream(order_id))
    except Poison as poison:
        return poison

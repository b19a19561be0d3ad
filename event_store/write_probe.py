"""Whether the store can record: asked by recording something that nobody reads."""

import os
from contextlib import suppress
from datetime import UTC, datetime

from event_store.records import AppendRequest, IdempotencyRecord
from event_store.store import EventStore
from schemas.errors import IdempotencyKeyTaken

KEY = "readiness"
SIZE = 16_384
"""Bytes, as an order has with its answer: a full disk may still have room for less."""
EXPIRED = datetime(2000, 1, 1, tzinfo=UTC)


async def probe_append(store: EventStore) -> None:
    """Record an idempotency record that has expired already; the next one takes its place.

    Raises:
        Unavailable: The store cannot record.
    """
    record = IdempotencyRecord(KEY, b"", os.urandom(SIZE), EXPIRED)
    with suppress(IdempotencyKeyTaken):  # by another process, at this moment
        await store.append(AppendRequest(idempotency=record))

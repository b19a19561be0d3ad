"""Where rate limits are counted: in memory, or in MongoDB for all processes together.

Both are storages of the library `limits`. Its own in memory goes through all keys at every hit (3.8 ms where there are
30,000) and has no bound; its own on MongoDB needs the driver motor, which is no longer kept, and updates by pipelines,
which not every document server knows.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

from limits.aio.storage import Storage
from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

MAX_KEYS = 100_000
"""Counters in memory; beyond them the oldest go first."""
COLLECTION = "rate_limits"
EPOCH = datetime.fromtimestamp(0, UTC)
ATTEMPTS = 5
"""How often a counter is tried that others begin anew at the same moment."""
PAUSE = 10.0
"""Seconds before a database that is away is asked again to remove what has expired."""

Clock = Callable[[], float]
"""Seconds since 1970."""


class MemoryCounters(Storage):
    """Counters of one process."""

    STORAGE_SCHEME = None

    def __init__(self, *, clock: Clock = time) -> None:
        super().__init__()
        self._clock = clock
        self._counters: dict[str, tuple[float, int]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing goes wrong in memory."""
        return NotImplementedError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which begins anew `expiry` seconds after its first hit; return it."""
        now = self._clock()
        expires_at, counted = self._counters.get(key, (0.0, 0))
        if expires_at <= now:
            self._counters.pop(key, None)  # a counter that begins anew is the youngest
            expires_at, counted = now + expiry, 0
        self._counters[key] = expires_at, counted + amount
        if len(self._counters) > MAX_KEYS:
            self._make_room(now)
        return counted + amount

    async def get(self, key: str) -> int:
        """Return a counter, 0 where there is none."""
        expires_at, counted = self._counters.get(key, (0.0, 0))
        return counted if expires_at > self._clock() else 0

    async def get_expiry(self, key: str) -> float:
        """Return when a counter begins anew."""
        return self._counters.get(key, (self._clock(), 0))[0]

    async def check(self) -> bool:
        """Return whether it works."""
        return True

    async def reset(self) -> int | None:
        """Remove all counters."""
        count = len(self._counters)
        self._counters.clear()
        return count

    async def clear(self, key: str) -> None:
        """Remove a counter."""
        self._counters.pop(key, None)

    def _make_room(self, now: float) -> None:
        """Keep what has not expired, and of that nine tenths of what there may be: those that began last."""
        kept = [(key, counter) for key, counter in self._counters.items() if counter[0] > now]
        self._counters = dict(kept[-(MAX_KEYS * 9 // 10) :])


class DocumentCounters(Storage):
    """Counters of all processes, in a collection of a document database."""

    STORAGE_SCHEME = None

    def __init__(self, database: AsyncDatabase[Any], *, clock: Clock = time) -> None:
        super().__init__(wrap_exceptions=True)
        self._collection = database[COLLECTION]
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the driver raises."""
        return PyMongoError

    async def prepare(self) -> None:
        """Let the database remove what has expired; returns when it has answered."""
        while True:
            try:
                await self._collection.create_index("expireAt", expireAfterSeconds=0)
            except PyMongoError:
                await asyncio.sleep(PAUSE)
            else:
                return

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which begins anew `expiry` seconds after its first hit; return it."""
        for _ in range(ATTEMPTS):
            now = self._now()
            counter = await self._collection.find_one_and_update(
                {"_id": key, "expireAt": {"$gt": now}},
                {"$inc": {"count": amount}},
                return_document=ReturnDocument.AFTER,
            )
            if counter:
                return int(counter["count"])
            # Not by an upsert: one of the document servers leaves out what it should set on insert.
            with suppress(DuplicateKeyError):  # it has expired, or somebody else has just made it
                expires_at = now + timedelta(seconds=expiry)
                await self._collection.insert_one({"_id": key, "count": amount, "expireAt": expires_at})
                return amount
            await self._collection.delete_one({"_id": key, "expireAt": {"$lte": now}})
        raise PyMongoError("the counter was begun anew by others each time")

    async def get(self, key: str) -> int:
        """Return a counter, 0 where there is none."""
        counter = await self._collection.find_one({"_id": key, "expireAt": {"$gt": self._now()}})
        return int(counter["count"]) if counter else 0

    async def get_expiry(self, key: str) -> float:
        """Return when a counter begins anew."""
        counter = await self._collection.find_one({"_id": key})
        return float(counter["expireAt"].replace(tzinfo=UTC).timestamp()) if counter else self._clock()

    async def check(self) -> bool:
        """Return whether the database answers."""
        return bool((await self._collection.database.command("ping"))["ok"])

    async def reset(self) -> int | None:
        """Remove all counters."""
        return (await self._collection.delete_many({})).deleted_count

    async def clear(self, key: str) -> None:
        """Remove a counter."""
        await self._collection.delete_one({"_id": key})

    def _now(self) -> datetime:
        return EPOCH + timedelta(seconds=self._clock())

"""Waits until the checkpoint of a view reaches a position; one watcher per process."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress

import structlog
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from concurrency.batcher import Batcher
from concurrency.poll_interval import PollInterval
from schemas.documents import CHECKPOINTS, Advance, Document, checkpoint_id, topic_partition_of_checkpoint
from schemas.error_codes import code_of
from schemas.topics import TopicPartition

Key = tuple[str, TopicPartition]
Checkpoints = Mapping[Key, int]
ReadCheckpoints = Callable[[Collection[Key]], Awaitable[Checkpoints]]
POLL_INTERVAL = PollInterval(0.01, 0.02)
"""Between two reads of the checkpoints while a query waits."""

log = structlog.get_logger(__name__)


class CheckpointWatcher:
    """Knows the checkpoints of the views that queries wait for.

    A projection in the same process calls `advance`. For projections in other processes the checkpoints that queries
    wait for are read at `interval`; while none waits, nothing is read.

    What it remembers is wrong once the documents were dropped; `confirm` finds out.
    """

    def __init__(
        self, read: ReadCheckpoints, *, interval: PollInterval = POLL_INTERVAL, note: Advance | None = None
    ) -> None:
        """`note` is called with every checkpoint that becomes known, before those who wait for it go on."""
        self._read = read
        self._note = note
        self._interval = interval
        self._checkpoints: dict[Key, int] = {}
        self._confirmations: Batcher[Key, Checkpoints] = Batcher(read)
        self._waiters: dict[Key, set[tuple[int, asyncio.Future[None]]]] = defaultdict(set)
        self._last_wait_at = 0.0
        self._poll_task: asyncio.Task[None] | None = None
        self._is_readable = True

    def position(self, view: str, partition: TopicPartition) -> int:
        """Return the checkpoint of a view as far as it is known; 0 before anybody waited for it."""
        return self._checkpoints.get((view, partition), 0)

    def advance(self, view: str, partition: TopicPartition, position: int) -> None:
        """Set the checkpoint of a view (by name); a lower position changes nothing."""
        key = view, partition
        if position > self._checkpoints.get(key, 0):
            self._checkpoints[key] = position
            if self._note:
                self._note(view, partition, position)
            for minimum, waiter in self._waiters.get(key, ()):
                if minimum <= position and not waiter.done():
                    waiter.set_result(None)

    async def wait_for(self, view: str, partition: TopicPartition, position: int, *, timeout: float) -> bool:
        """Wait at most `timeout` seconds until a view's checkpoint is at least `position`; return whether it is."""
        key = view, partition
        if self._checkpoints.get(key, 0) >= position:
            return True
        loop = asyncio.get_running_loop()
        entry, self._last_wait_at = (position, loop.create_future()), loop.time()
        self._waiters[key].add(entry)
        self._poll_task = self._poll_task or asyncio.create_task(self._poll())
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(entry[1], timeout)
            return self._checkpoints.get(key, 0) >= position
        finally:
            self._remove(key, entry)

    async def confirm(self, view: str, partition: TopicPartition, position: int) -> bool:
        """Read a view's checkpoint again, and return whether it is at least `position`.

        Raises:
            PyMongoError: The documents do not answer.
        """
        key = view, partition
        stored = (await self._confirmations.ask(key)).get(key, 0)
        if stored < self._checkpoints.get(key, 0):
            self._checkpoints[key] = stored
        return stored >= position

    def _remove(self, key: Key, entry: tuple[int, asyncio.Future[None]]) -> None:
        self._waiters[key].discard(entry)
        if not self._waiters[key]:
            del self._waiters[key]

    async def _poll(self) -> None:
        """Read until nobody waits; a read that has begun is not cancelled, for the client would lose its connection."""
        clock = asyncio.get_running_loop().time
        while self._waiters:
            try:
                for (view, partition), position in (await self._read(list(self._waiters))).items():
                    self.advance(view, partition, position)
                self._is_readable = True
            except PyMongoError as error:
                if self._is_readable:  # said once, for it is tried again many times a second
                    log.warning("checkpoints unreadable", cause=code_of(error))
                self._is_readable = False
            await asyncio.sleep(self._interval.after(clock() - self._last_wait_at))
        self._poll_task = None


def checkpoint_reader(database: AsyncDatabase[Document]) -> ReadCheckpoints:
    """Return a function that reads the checkpoints of a database."""

    async def read(keys: Collection[Key]) -> Checkpoints:
        query = {"_id": {"$in": [checkpoint_id(view, partition) for view, partition in keys]}}
        found = [document async for document in database[CHECKPOINTS].find(query)]
        return {
            topic_partition_of_checkpoint(document): document["position"]
            for document in found
            if document.get("log") != ""  # else the documents are being dropped
        }

    return read

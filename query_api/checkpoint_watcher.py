"""One watcher per process: it knows how far every view has come and wakes who waits for more."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress

import structlog
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from concurrency.poll_interval import PollInterval
from schemas.documents import CHECKPOINTS, Document, checkpoint_id, topic_partition_of_checkpoint
from schemas.topics import TopicPartition

Key = tuple[str, TopicPartition]
Checkpoints = Mapping[Key, int]
Read = Callable[[Collection[Key]], Awaitable[Checkpoints]]
POLL = PollInterval(0.003, 0.02)
"""Between two looks at the checkpoints, while somebody waits."""

log = structlog.get_logger(__name__)


class CheckpointWatcher:
    """Where the views stand.

    A projection in the same process calls `advance`; for those in others the checkpoints that somebody waits for are
    read, at the pace of `poll`. Nobody waiting costs nothing.
    """

    def __init__(self, read: Read, *, poll: PollInterval = POLL) -> None:
        self._read = read
        self._poll = poll
        self._known: dict[Key, int] = {}
        self._waiting: dict[Key, set[tuple[int, asyncio.Future[None]]]] = defaultdict(set)
        self._stirred_at = 0.0
        self._watch: asyncio.Task[None] | None = None

    def advance(self, view: str, partition: TopicPartition, position: int) -> None:
        """A view (by name) has finished a partition up to `position`; an older word changes nothing."""
        key = view, partition
        if position > self._known.get(key, 0):
            self._known[key] = position
            for wanted, waiter in self._waiting.get(key, ()):
                if wanted <= position and not waiter.done():
                    waiter.set_result(None)

    async def reached(self, view: str, partition: TopicPartition, position: int, *, timeout: float) -> bool:
        """Wait at most `timeout` seconds until a view's checkpoint is at or past `position`; say whether it is."""
        key = view, partition
        if self._known.get(key, 0) >= position:
            return True
        loop = asyncio.get_running_loop()
        entry, self._stirred_at = (position, loop.create_future()), loop.time()
        self._waiting[key].add(entry)
        self._watch = self._watch or asyncio.create_task(self._watching())
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(entry[1], timeout)
            return self._known.get(key, 0) >= position
        finally:
            self._leave(key, entry)

    def _leave(self, key: Key, entry: tuple[int, asyncio.Future[None]]) -> None:
        self._waiting[key].discard(entry)
        if not self._waiting[key]:
            del self._waiting[key]
        if not self._waiting and self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _watching(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            try:
                for (view, partition), position in (await self._read(list(self._waiting))).items():
                    self.advance(view, partition, position)
            except PyMongoError as error:
                log.warning("checkpoints unreadable", error=str(error))
            await asyncio.sleep(self._poll.after(clock() - self._stirred_at))


def checkpoints_in(database: AsyncDatabase[Document]) -> Read:
    """Reads those checkpoints that are asked for and there."""

    async def read(keys: Collection[Key]) -> Checkpoints:
        wanted = {"_id": {"$in": [checkpoint_id(view, partition) for view, partition in keys]}}
        found = [document async for document in database[CHECKPOINTS].find(wanted)]
        return {topic_partition_of_checkpoint(document): document["position"] for document in found}

    return read

"""Which version of each read model queries are answered from: a pointer that is read twice a second.

A process goes over to another version once that is as new as all that was answered from the one before: then no query
shows less than an earlier one did, and one that waits for a position finds it.
"""

import asyncio
from collections.abc import Mapping

import structlog
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from query_api.checkpoint_watcher import CheckpointWatcher
from schemas.documents import CHECKPOINTS, READ_MODELS, VIEW_BY_TITLE, Document, View, topic_partition_of_checkpoint
from schemas.error_codes import code_of
from schemas.topics import TopicPartition

LOOK_EVERY = 0.5
LOOK_AGAIN = 0.02
"""Seconds between two looks, and while a version is waited for."""

log = structlog.get_logger(__name__)


class CurrentVersions:
    """The current versions as this process reads them; before `look`, those that were never rebuilt."""

    def __init__(self, database: AsyncDatabase[Document], watcher: CheckpointWatcher) -> None:
        self._database = database
        self._watcher = watcher
        self._current: dict[str, View] = {}
        self.switches = 0
        """How often another version was taken: what is remembered of documents is wrong then."""

    def of(self, view: View) -> View:
        """Return the version of a view that queries are answered from."""
        return self._current.get(view.title, view)

    async def run(self) -> None:
        """Look until cancelled; while the documents do not answer, what was read last counts."""
        while True:
            try:
                is_settled = await self.look()
            except PyMongoError as error:
                log.warning("versions of read models unreadable", cause=code_of(error))
                is_settled = True
            await asyncio.sleep(LOOK_EVERY if is_settled else LOOK_AGAIN)

    async def look(self) -> bool:
        """Take the versions that are current and new enough; return whether that is all of them.

        Raises:
            PyMongoError: The documents do not answer.
        """
        is_settled = True
        async for pointer in self._database[READ_MODELS].find():
            view = VIEW_BY_TITLE.get(pointer["_id"])
            if view is None or pointer["form"] != view.form:
                continue
            wanted = view.version(pointer["current"])
            if wanted != self.of(view):
                is_settled = await self._take(wanted) and is_settled
        return is_settled

    async def _take(self, wanted: View) -> bool:
        before = self.of(VIEW_BY_TITLE[wanted.title])
        least = await self._read_marks(before)
        marks = await self._read_marks(wanted)
        # No await from here on: a query may have waited for a position meanwhile.
        for partition, position in least.items():
            if marks.get(partition, 0) < max(position, self._watcher.position(before.name, partition)):
                return False
        self._current[wanted.title] = wanted
        self.switches += 1
        log.info("another version is read", view=wanted.title, version=wanted.name, instead_of=before.name)
        return True

    async def _read_marks(self, view: View) -> Mapping[TopicPartition, int]:
        found = self._database[CHECKPOINTS].find({"view": {"$eq": view.name}})
        return {topic_partition_of_checkpoint(each)[1]: each["position"] async for each in found}

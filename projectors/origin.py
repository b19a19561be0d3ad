"""Whether the documents are those of the log: a backup may have been put in its place, or another log.

Every checkpoint names its log and the event at its position, and before documents are written, so does their origin.
Documents whose log or event is not found are dropped and built anew, never corrected: each refuses older events.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import pymongo

from projectors.checkpoints import LogPosition, ViewCheckpoint, load_checkpoints
from projectors.document_io import WHOLE_DEADLINE, Database
from schemas.documents import CHECKPOINTS, INCOMPLETE, ORIGINS, TALLIES, TOTALS, VIEW_BY_NAME, version_named
from schemas.errors import LogMismatch


class IdentifiedLog(Protocol):
    """What documents are compared with; `event_store.reading.EventReader` is one."""

    async def log_id(self) -> str:
        """As `EventReader.log_id`."""

    async def event_ids(self, positions: Collection[int]) -> Mapping[int, str]:
        """As `EventReader.event_ids`."""


async def find_mismatch(database: Database, log: IdentifiedLog) -> str | None:
    """Return in one sentence why the documents are not of this log, or None where they are."""
    written = [name for name in await version_names(database) if await database[name].find_one({}, {"_id": 1})]
    # Read after the documents, before which their origins are saved.
    origins, checkpoints = [await _load_marks(database, name) for name in (ORIGINS, CHECKPOINTS)]
    named = {mark.view for mark in origins}
    for view in written:
        # Looked for again: a version that is not read any more may have been dropped meanwhile.
        if view not in named and await database[view].find_one({}, {"_id": 1}):
            return f"the documents of {view} do not say of which log they are"
    return await _find_unrecorded([*origins, *checkpoints], log)


async def require_match(database: Database, log: IdentifiedLog) -> None:
    """Raise `LogMismatch` unless the documents are of this log."""
    if mismatch := await find_mismatch(database, log):
        raise LogMismatch(mismatch)


async def drop_documents(database: Database) -> int:
    """Delete the documents of all views, their tallies, totals and checkpoints; return how many documents there were.

    Until the end they are of no log: after a crash meanwhile they are found and dropped again.
    """
    with pymongo.timeout(WHOLE_DEADLINE):
        names = await version_names(database)
        of_views = {"view": {"$in": names}}
        for name in (ORIGINS, CHECKPOINTS):
            await database[name].update_many(of_views, {"$set": {"log": "", "eventId": ""}})
        dropped = [await database[name].delete_many({}) for name in names]
        for name in (TALLIES, TOTALS, INCOMPLETE, ORIGINS, CHECKPOINTS):
            await database[name].delete_many(of_views)
    return sum(result.deleted_count for result in dropped)


async def version_names(database: Database) -> list[str]:
    """Return the names of all versions of our views: those that this release has, and those that were rebuilt."""
    rebuilt = [name for name in await database.list_collection_names() if version_named(name)]
    return list(dict.fromkeys([*VIEW_BY_NAME, *rebuilt]))


async def drop_version(database: Database, name: str) -> None:
    """Remove a version of a view, and what stands beside its documents."""
    with pymongo.timeout(WHOLE_DEADLINE):
        for beside in (CHECKPOINTS, TALLIES, TOTALS, INCOMPLETE):
            await database[beside].delete_many({"view": name})
        await database.drop_collection(name)
        await database[ORIGINS].delete_many({"view": name})  # last: without it the documents would be of no log


async def _load_marks(database: Database, name: str) -> list[ViewCheckpoint]:
    """Return the checkpoints or origins of our views; a release beside this one keeps other forms."""
    return [mark for mark in await load_checkpoints(database[name]) if version_named(mark.view)]


async def _find_unrecorded(marks: Sequence[ViewCheckpoint], log: IdentifiedLog) -> str | None:
    if not marks:
        return None
    log_id, ids = await log.log_id(), await log.event_ids({mark.at.position for mark in marks})
    for mark in marks:
        if mark.at.log != log_id:
            named = f"log {mark.at.log}" if mark.at.log else "a log that they do not name"
            return f"the documents of {mark.view} are of {named}, and this is log {log_id}"
        if ids.get(mark.at.position) != mark.at.event_id:
            return f"the documents of {mark.view} {_describe_difference(mark.at, ids.get(mark.at.position))}"
    return None


def _describe_difference(at: LogPosition, recorded: str | None) -> str:
    found = f"event {recorded}" if recorded else "no event"
    return f"were written up to event {at.event_id} at position {at.position}, and the log has {found} there"

"""Carries out what operators decide about the versions of read models: builds, compares, points, and drops.

Every process of projectors has one. All of them follow the events of `READ_MODELS_STREAM`, keep the versions that were
found equal to the log up to it, and store the pointers; a rebuild is done by whichever claims it, and by another one
once that does not say any more how far it is.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from pymongo.errors import DuplicateKeyError, PyMongoError

from aioutlet.rebuilds import processes
from aioutlet.rebuilds.processes import WorkerFailed
from aioutlet.rebuilds.task import BuildTask
from domain.read_models import READ_MODELS, ReadModels, Versions, versions_of
from edge.context import fresh_id
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import retry_on_conflict
from projectors.document_io import Database
from projectors.models.registry import MODELS, models_of
from projectors.origin import drop_version, version_names
from projectors.read_model import ReadModel
from projectors.rebuild.builder import Progress
from projectors.rebuild.pointers import save_pointers, with_version
from projectors.writer import ensure_indexes
from schemas.codec import decode_event
from schemas.documents import REBUILDS, VIEWS, Document, View, document_time, version_named
from schemas.envelope import Cause
from schemas.errors import Poison, Unavailable
from schemas.read_models import ReadModelCommand, RecordComparison, RecordRebuildFailed, VersionState
from schemas.stream_names import READ_MODELS_STREAM
from subscriptions.retry import RetryPolicy

LOOK_EVERY = 0.5
"""Seconds between two looks for what was decided."""
PAGE = 500
TRIES = 5
"""Times that a rebuild is begun, or gone on with, before it has failed."""
PAUSE = 1.0
"""Seconds before it is tried again; doubling."""
CLAIM = timedelta(seconds=10)
"""Since its last word about progress, after which a rebuild is another process's to go on with."""
GRACE = 5.0
"""Seconds before a version is removed: whoever answers queries has seen by then that it is not the current one."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the processes of a rebuild find the log and the documents."""

    log: str
    documents: str
    partitions: int


class RebuildSupervisor:
    """Follows the decisions about versions in one process; `keep` is told which models to keep up to the log."""

    def __init__(
        self,
        store: EventStore,
        database: Database,
        places: Places,
        *,
        keep: Callable[[Sequence[ReadModel]], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._database = database
        self._places = places
        self._keep = keep
        self._clock = clock
        self._repository = Repository(store, READ_MODELS, 0)
        self._retry = RetryPolicy("rebuilds", (PyMongoError, Unavailable, OSError))
        self._owner = fresh_id()
        self._models: ReadModels = {}
        self._version = 0
        self._kept: list[ReadModel] = []
        self._build: asyncio.Task[None] | None = None
        self._group: Sequence[View] = ()
        self._settled_version = -1
        self._progress: dict[str, Document] = {}
        self._drops_at: dict[str, float] = {}

    async def load(self) -> None:
        """Find out which versions there are, before the projectors start."""
        await self._retry.run(self._look)

    async def run(self) -> None:
        """Carry out decisions until cancelled; what is being built then goes on at the next start."""
        try:
            while True:
                await self._retry.run(self._look)
                self._build_missing()
                await self._retry.run(self._drop_due)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            if self._build is not None:
                self._build.cancel()
                await asyncio.wait([self._build])

    async def _look(self) -> None:
        await self._read_decisions()
        kept = [
            with_version(model, number)
            for model in MODELS
            for number in versions_of(self._models, model.view.title, model.view.form).followed
        ]
        if kept != self._kept:
            self._kept = kept
            self._keep(kept)
        pointers = (_pointer(view, self._models.get((view.title, view.form))) for view in VIEWS)
        await save_pointers(self._database, [each for each in pointers if each is not None])

    async def _read_decisions(self) -> None:
        while page := await self._store.versions(READ_MODELS_STREAM, after=self._version, limit=PAGE):
            for stored in page:
                try:
                    self._models = READ_MODELS.evolve(self._models, decode_event(stored))  # type: ignore[arg-type]
                except Poison as poison:  # of a later release, which carries it out itself
                    log.warning("unreadable decision", version=stored.version, cause=poison.detail)
            self._version = page[-1].version
            await self._plan_drops()

    async def _plan_drops(self) -> None:
        for name in await version_names(self._database):
            view = version_named(name)
            is_gone = view and view.rebuild not in versions_of(self._models, view.title, view.form).states
            if is_gone and await self._database[name].find_one({}, {"_id": 1}):
                self._drops_at.setdefault(name, time.monotonic() + GRACE)

    async def _drop_due(self) -> None:
        for name in [name for name, at in self._drops_at.items() if at <= time.monotonic()]:
            await drop_version(self._database, name)
            await self._database[REBUILDS].delete_one({"_id": name})
            del self._drops_at[name]
            log.info("version dropped", version=name)

    def _build_missing(self) -> None:
        """Begin what is to be built, one group after another; what is asked for at once is one group."""
        wanted = [
            model.view.version(building)
            for model in MODELS
            if (building := versions_of(self._models, model.view.title, model.view.form).building) is not None
        ]
        if self._build is not None and not self._build.done():
            if not self._is_any_left(self._group):
                self._build.cancel()
        elif wanted and self._version == self._settled_version:
            self._group = wanted
            self._build = asyncio.create_task(self._build_group(wanted), name="rebuild")
            self._build.add_done_callback(_report)
        self._settled_version = self._version

    def _is_any_left(self, views: Sequence[View]) -> bool:
        """Whether not all of these were dropped."""
        return any(view.rebuild in versions_of(self._models, view.title, view.form).states for view in views)

    async def _build_group(self, views: Sequence[View]) -> None:
        """Build these versions in one pass over the log, then compare each with it."""
        claimed = [view for view in views if await self._claim(view.name)]
        if not claimed:
            return
        self._progress |= {view.name: {"phase": "waiting"} for view in claimed}
        teller = asyncio.create_task(self._keep_telling(claimed))
        try:
            await self._try_build(claimed)
        finally:
            teller.cancel()

    async def _try_build(self, views: Sequence[View]) -> None:
        await ensure_indexes(self._database, models_of(views))
        for attempt in range(TRIES):
            try:
                await processes.build(self._task(views), self._store, self._note)
                compared = await processes.compare(self._task(views), self._note)
            except* WorkerFailed as failure:
                cause = str(failure.exceptions[0])
                log.warning("rebuild interrupted", cause=cause, attempt=attempt + 1)
            else:
                await self._record(_comparison(view, compared[view.name]) for view in views)
                return
            await asyncio.sleep(PAUSE * 2**attempt)
        await self._record(RecordRebuildFailed(**_key(view), cause=cause) for view in views)

    def _task(self, views: Sequence[View]) -> BuildTask:
        places = self._places
        names = [view.name for view in views]
        return BuildTask(places.log, places.documents, self._database.name, places.partitions, names)

    def _note(self, phase: str, versions: Sequence[str], progress: Progress) -> None:
        said = {
            "phase": phase,
            "position": progress.position,
            "head": progress.head,
            "eventsPerSecond": round(progress.events / max(progress.seconds, 0.001), 1),
        }
        self._progress |= dict.fromkeys(versions, said)

    async def _claim(self, name: str) -> bool:
        """Make a rebuild this process's, unless another one has said of late how far it is."""
        stale = document_time(self._clock() - CLAIM)
        free = {"_id": name, "$or": [{"owner": self._owner}, {"saidAt": {"$lt": stale}}]}
        claim = {"_id": name, "owner": self._owner, "saidAt": document_time(self._clock()), "phase": "waiting"}
        try:
            await self._database[REBUILDS].replace_one(free, claim, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def _keep_telling(self, views: Sequence[View]) -> None:
        while True:
            for view in views:
                said = {"owner": self._owner, "saidAt": document_time(self._clock()), **self._progress[view.name]}
                await self._retry.run(partial(self._save_progress, view.name, said))
            await asyncio.sleep(LOOK_EVERY)

    async def _save_progress(self, name: str, said: Document) -> None:
        await self._database[REBUILDS].update_one({"_id": name}, {"$set": said})

    async def _record(self, commands: Iterable[ReadModelCommand]) -> None:
        decided, cause = list(commands), Cause(id=fresh_id(), at=self._clock(), correlation_id=fresh_id())
        for unit in retry_on_conflict(self._store):
            await unit.load(self._repository, [READ_MODELS_STREAM])
            for command in decided:
                unit.decide(READ_MODELS_STREAM, command, cause)
            await unit.commit()


def _key(view: View) -> dict[str, Any]:
    return {"view": view.title, "form": view.form, "rebuild": view.rebuild}


def _comparison(view: View, found: Document) -> RecordComparison:
    shown = tuple(line[:500] for line in found["shown"])
    counts = {name: found[name] for name in ("position", "documents", "differences")}
    return RecordComparison(**_key(view), **counts, shown=shown)


def _pointer(view: View, versions: Versions | None) -> Document | None:
    if versions is None:
        return None
    return {
        "_id": view.title,
        "form": view.form,
        "current": versions.current,
        "previous": versions.previous,
        "versions": [_listed(number, state, versions) for number, state in sorted(versions.states.items())],
    }


def _listed(number: int, state: VersionState, versions: Versions) -> Document:
    compared = versions.comparisons.get(number)
    return {
        "rebuild": number,
        "state": state.value,
        "comparedAt": compared.position if compared else None,
        "documents": compared.documents if compared else None,
        "differences": compared.differences if compared else None,
        "shown": list(compared.shown) if compared else [],
    }


def _report(build: "asyncio.Task[None]") -> None:
    if not build.cancelled() and (error := build.exception()) is not None:
        log.error("rebuild failed", exc_info=error)

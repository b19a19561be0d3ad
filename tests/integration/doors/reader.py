"""The read side's door over a database of documents, and a hub that says what it was asked."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
from pymongo.asynchronous.database import AsyncDatabase

from aioutlet.components import timer_reader
from domain.config import released_values
from domain.fulfilment.policy import POLICY
from event_store.memory import memory_store
from event_store.store import EventStore
from history.event_log import EventLog
from history.parked_rows import ParkedRows
from identity.blind_index import BlindIndex
from identity.parts import IdentityParts
from projectors.models.registry import MODELS
from projectors.projection import Projection
from query_api.audit.notes import Note
from query_api.checkpoint_watcher import CheckpointWatcher, checkpoint_reader
from query_api.lag import LogProgress
from query_api.main import build_app
from query_api.own_events import DemoLog
from schemas.documents import Advance, Document
from schemas.envelope import Envelope
from schemas.topics import TopicPartition
from schemas.warehouse_sites import ONE_SITE, WarehouseSite
from tests.accounts import new_identity
from tests.doors import client_of
from tests.examples import NOON
from tests.histories import PARTITIONS, HistoryLog, deliver
from tests.integration.doors.counter import ANN, problem
from tests.integration.doors.declared import Declared
from tests.sealing import MASTER_KEY, new_sealer

index_of = BlindIndex(MASTER_KEY.origin).of
"""The blind index of a mail address."""


class ObservedWatcher(CheckpointWatcher):
    """The real hub; it notes who waits for what, and may answer for itself."""

    def __init__(self, database: AsyncDatabase[Document], note: Advance | None = None) -> None:
        super().__init__(checkpoint_reader(database), note=note)
        self.asked: list[tuple[str, TopicPartition, int, float]] = []
        self.is_asked = asyncio.Event()
        self.answers: bool | None = None

    async def wait_for(self, view: str, place: TopicPartition, position: int, *, timeout: float) -> bool:
        self.asked.append((view, place, position, timeout))
        self.is_asked.set()
        if self.answers is not None:
            return self.answers
        return await super().wait_for(view, place, position, timeout=timeout)


class Reader:
    """One query API and what it reads."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        identity: IdentityParts | None = None,
        sites: tuple[WarehouseSite, ...] = ONE_SITE,
        store: EventStore | None = None,
        demo_log: DemoLog | None = None,
        *,
        is_second_person_required: bool = False,
    ) -> None:
        self.identity = identity or new_identity()
        self.watcher = ObservedWatcher(database, demo_log.shown.note if demo_log else None)
        self.store = store or memory_store()
        self.now: datetime = NOON + timedelta(minutes=5)
        self.progress = LogProgress(0, 0, {}, {}, {})
        self.noted: list[Note] = []
        self.projection = Projection(MODELS, database, HistoryLog(), advance=self.watcher.advance)
        self.app = build_app(
            database,
            verifier=self.identity.verifier,
            opener=new_sealer(),
            partitions=PARTITIONS,
            sites=sites,
            released=released_values(POLICY),
            watcher=self.watcher,
            index_of=index_of,
            clock=lambda: self.now,
            read_progress=self.read_progress,
            event_log=EventLog(self.store),
            parked_rows=ParkedRows(self.store),
            read_timers=timer_reader(self.store),
            demo_log=demo_log,
            record_audit=self.note,
            is_second_person_required=is_second_person_required,
        )
        self.client = client_of(self.app)
        self.client.event_hooks = {"response": [Declared(self.app)]}

    def look_into(self, store: EventStore) -> None:
        """Answer questions to the log from this one."""
        self.app.state.event_log._reader = store

    async def read_progress(self) -> LogProgress:
        """How far the log goes, which a test says."""
        return self.progress

    async def note(self, note: Note) -> None:
        """Keep what is noted of those who read the audit."""
        self.noted.append(note)

    async def sees(self, envelopes: Sequence[Envelope]) -> None:
        """Fold this part of the log into the documents."""
        await deliver(self.projection, envelopes)

    async def asks(self, path: str, **request: Any) -> httpx.Response:
        """Whatever the door answers."""
        return await self.client.get(path, **request)

    async def told(self, path: str, **request: Any) -> Any:
        """The answer to what must be answered, to an admin unless said otherwise."""
        request["headers"] = ANN | request.get("headers", {})
        answer = await self.asks(path, **request)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
        return answer.json()

    async def refused(self, status: int, code: str, path: str, **request: Any) -> dict[str, Any]:
        """The problem document of what must not be answered."""
        request["headers"] = ANN | request.get("headers", {})
        return problem(await self.asks(path, **request), status, code)

"""What operators decide about read models is carried out, by processes that may be killed."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aioutlet.rebuilds import processes, supervisor
from aioutlet.rebuilds.supervisor import Places, RebuildSupervisor
from domain.read_models import READ_MODELS
from edge.context import fresh_id
from event_store.records import AppendRequest
from event_store.repository import Repository
from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from event_store.unit_of_work import retry_on_conflict
from projectors.document_io import Database
from projectors.models.orders import ORDERS
from projectors.read_model import ReadModel
from projectors.rebuild.pointers import current_view, with_version
from schemas.codec import decode
from schemas.documents import ORDERS_VIEW
from schemas.documents import READ_MODELS as POINTERS
from schemas.envelope import Cause
from schemas.message import Event
from schemas.read_models import (
    DropVersion,
    ReadModelCommand,
    RebuildFailed,
    RebuildStarted,
    RebuildVerified,
    StartRebuild,
    SwitchVersion,
)
from schemas.stream_names import READ_MODELS_STREAM
from tests.histories import PARTITIONS
from tests.integration.test_projectors import story
from tests.services.waiting import STUCK_AFTER

VIEW: dict[str, Any] = {"view": "orders", "form": ORDERS_VIEW.form}
WHO: dict[str, Any] = {"by": "olive", "reason": "a try"}
REBUILT = with_version(ORDERS, 1)


class Shop:
    """A log and documents, and the supervisor of the process of its projectors."""

    def __init__(self, store: EventStore, database: Database, documents: str, log: Path | str) -> None:
        self.store = store
        self.database = database
        self.kept: Sequence[ReadModel] = ()
        self.changed = asyncio.Event()
        self.supervisor = RebuildSupervisor(
            store,
            database,
            Places(str(log), documents, PARTITIONS),
            keep=self._keep,
            clock=lambda: datetime.now(UTC),
        )

    def _keep(self, models: Sequence[ReadModel]) -> None:
        self.kept = models

    async def decide(self, command: ReadModelCommand) -> None:
        repository = Repository(self.store, READ_MODELS, 0)
        for unit in retry_on_conflict(self.store):
            await unit.load(repository, [READ_MODELS_STREAM])
            unit.decide(READ_MODELS_STREAM, command, Cause(id=fresh_id(), at=datetime.now(UTC), correlation_id="c"))
            await unit.commit()

    async def decided(self) -> list[Event]:
        return [decode(each).event for each in await self.store.versions(READ_MODELS_STREAM, limit=100)]

    async def until_recorded(self, kind: type[Event]) -> Event:
        """Wait until an event of this kind is the last decision."""
        async with asyncio.timeout(STUCK_AFTER):
            while not isinstance(last := (await self.decided())[-1], kind):
                await self.store.wait_past(await self.store.head(), timeout=0.2)
        return last


@pytest.fixture
async def shop(tmp_path: Path, mongodb: Database, documents_uri: str) -> AsyncIterator[Shop]:
    log = tmp_path / "log.sqlite"
    store = sqlite_store(log)
    for envelope in story(4):
        await store.append(AppendRequest(events=(envelope,)))
    shop = Shop(store, mongodb, documents_uri, log)
    await shop.supervisor.load()
    running = asyncio.create_task(shop.supervisor.run())
    yield shop
    running.cancel()
    await asyncio.wait([running])
    await store.close()


def killing(monkeypatch: pytest.MonkeyPatch, processes_killed: int) -> list[int]:
    """Kill so many processes of rebuilds as soon as they are started; return those that were started."""
    started: list[int] = []
    begin = asyncio.create_subprocess_exec

    async def start(*command: str, **options: Any) -> Process:
        process = await begin(*command, **options)
        started.append(process.pid)
        if len(started) <= processes_killed:
            process.kill()
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    return started


async def test_a_rebuild_whose_process_is_killed_goes_on_and_is_kept_once_it_equals_the_log(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    killing(monkeypatch, 1)
    await shop.decide(StartRebuild(**VIEW, **WHO))
    found = await shop.until_recorded(RebuildVerified)
    assert isinstance(found, RebuildVerified)
    assert (found.rebuild, found.documents, found.differences) == (1, 4, 0)
    assert await shop.database[REBUILT.view.name].count_documents({}) == 4
    await shop.supervisor.load()
    assert REBUILT in shop.kept
    assert ORDERS in shop.kept
    await shop.decide(SwitchVersion(**VIEW, rebuild=1, **WHO))
    await shop.supervisor.load()
    assert await current_view(shop.database, ORDERS_VIEW) == REBUILT.view
    await shop.decide(DropVersion(**VIEW, rebuild=0, **WHO))
    await shop.supervisor.load()
    assert ORDERS not in shop.kept


async def test_a_rebuild_that_cannot_be_made_has_failed_and_another_may_be_begun(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    killing(monkeypatch, 1_000)
    monkeypatch.setattr(supervisor, "TRIES", 2)
    monkeypatch.setattr(supervisor, "PAUSE", 0.01)
    await shop.decide(StartRebuild(**VIEW, **WHO))
    failed = await shop.until_recorded(RebuildFailed)
    assert isinstance(failed, RebuildFailed)
    assert failed.cause == "exit code -9"
    await shop.decide(StartRebuild(**VIEW, **WHO))
    assert isinstance((await shop.decided())[-1], RebuildStarted)


async def test_a_rebuild_that_is_dropped_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "COMMAND", ("sleep", "1000"))
    started = killing(monkeypatch, 0)
    await shop.decide(StartRebuild(**VIEW, **WHO))
    async with asyncio.timeout(STUCK_AFTER):
        while not started:
            await shop.store.wait_past(await shop.store.head(), timeout=0.1)
    await shop.decide(DropVersion(**VIEW, rebuild=1, **WHO))
    async with asyncio.timeout(STUCK_AFTER):
        while shop.supervisor._build and not shop.supervisor._build.done():
            await shop.store.wait_past(await shop.store.head(), timeout=0.1)
    [pointer] = await shop.database[POINTERS].find().to_list()
    assert [version["rebuild"] for version in pointer["versions"]] == [0]

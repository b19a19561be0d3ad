"""The library's own test cases pass on our recorders, and a plain application of the library reads our log."""

import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import TestCase
from uuid import uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)
from eventsourcing.utils import Environment

from event_store.memory import MemoryRecorder
from event_store.sqlite.recorder import Datastore, Recorder
from event_store.sqlite.store import sqlite_store
from schemas.codec import Stored, decode
from tests.contract.event_store.requests import request


class UnnumberedMemoryRecorder(MemoryRecorder):
    """As the library's aggregate recorder, which returns no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class UnnumberedRecorder(Recorder):
    """As the library's aggregate recorder, which returns no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


def _join_new_threads(earlier: set[threading.Thread]) -> None:
    for thread in set(threading.enumerate()) - earlier:
        thread.join(timeout=10)


class OnFile(TestCase):
    """A fresh recorder on a file for every case; originator ids are text, as ours are."""

    recorder_class: type[Recorder] = Recorder

    def new_originator_id(self) -> str:
        return f"order-{uuid4()}"

    def create_recorder(self) -> Recorder:
        folder = TemporaryDirectory()
        datastore = Datastore(str(Path(folder.name) / "events.db"))
        self.addCleanup(folder.cleanup)
        self.addCleanup(datastore.close)
        # The library's cases leave their readers running, and closing a file under a reader is a segmentation fault.
        self.addCleanup(_join_new_threads, set(threading.enumerate()))
        recorder = self.recorder_class(datastore)
        recorder.create_table()
        return recorder


class TestMemoryAggregates(AggregateRecorderTestCase):
    def create_recorder(self) -> MemoryRecorder:
        return UnnumberedMemoryRecorder()


class TestMemory(ApplicationRecorderTestCase[MemoryRecorder]):
    def create_recorder(self) -> MemoryRecorder:
        return MemoryRecorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestMemoryOrder(NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> MemoryRecorder:
        return MemoryRecorder()


class TestFileAggregates(OnFile, AggregateRecorderTestCase):
    recorder_class = UnnumberedRecorder


class TestFile(OnFile, ApplicationRecorderTestCase[Recorder]):
    """Without its optional case: the library's recorder for SQLite has no subscriptions, `Tail` replaces them."""


class TestFileOrder(OnFile, NonInterleavingNotificationIDsBaseCase):
    pass


@pytest.fixture
def plain(tmp_path: Path) -> Environment:
    """What anybody sets to read an SQLite log with the library."""
    path = str(tmp_path / "events.db")
    settings = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path, "ORIGINATOR_ID_TYPE": "text"}
    return Environment(env=settings)


async def test_a_plain_application_reads_our_log(tmp_path: Path, plain: Environment) -> None:
    store = sqlite_store(tmp_path / "events.db")
    await store.append(request("order-1", n=2))
    await store.append(request("saga-1"))
    application: Application[str] = Application(env=plain)
    notifications = application.notification_log.select(start=1, limit=10)
    log = [Stored(n.id, str(n.originator_id), n.originator_version, n.topic, n.state) for n in notifications]
    assert log == await store.log(0)
    assert [decode(row) for row in log[:2]] == await store.stream("order-1")
    application.close()
    await store.close()


async def test_our_positions_go_on_after_events_of_the_library(tmp_path: Path, plain: Environment) -> None:
    store = sqlite_store(tmp_path / "events.db")
    await store.append(request("order-1"))
    factory = InfrastructureFactory.construct(plain)
    assert factory.application_recorder().insert_events([StoredEvent("foreign", 1, "theirs", b"{}")]) == [2]
    factory.close()
    assert (await store.append(request("order-1", 1))).last == 3
    await store.close()

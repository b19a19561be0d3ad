"""The library's own test cases pass on our table in PostgreSQL: by our statement, its recorder and its functions."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from unittest import TestCase
from uuid import uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import UniqueViolation

from event_store.postgres.connections import Connections
from event_store.postgres.recording import record
from event_store.postgres.store import postgres_store
from event_store.write_set import WriteSet
from schemas.codec import Stored, decode
from tests.contract.event_store.requests import request
from tests.databases import library_datastore


class RecorderWithOurStatement(PostgresApplicationRecorder):
    """Reads with the library, writes with our statement."""

    def __init__(self, datastore: PostgresDatastore, connections: Connections) -> None:
        super().__init__(datastore)
        self._connections = connections

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        rows = WriteSet(
            [Stored(0, str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events]
        )
        try:
            head = self._connections.run(lambda connection: record(connection, rows, {}, datetime.now(UTC)))
        except UniqueViolation as error:
            raise IntegrityError(str(error)) from error
        return list(range(head + 1, head + 1 + len(stored_events)))


class Unnumbered(RecorderWithOurStatement):
    """As the library's aggregate recorder, which returns no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class OnServer(TestCase):
    """A fresh database for every case; originator ids are text, as ours are."""

    by_functions = False

    @pytest.fixture(autouse=True)
    def _database(self, database: str) -> None:
        self.url = database

    def new_originator_id(self) -> str:
        return f"order-{uuid4()}"

    def create_recorder(self) -> PostgresApplicationRecorder:
        store = library_datastore(self.url, by_functions=self.by_functions)
        self.addCleanup(store.close)
        recorder = self.make_recorder(store)
        recorder.create_table()
        return recorder

    def make_recorder(self, store: PostgresDatastore) -> PostgresApplicationRecorder:
        return PostgresApplicationRecorder(store)


class WithOurStatement(OnServer):
    kind = RecorderWithOurStatement

    def make_recorder(self, store: PostgresDatastore) -> PostgresApplicationRecorder:
        connections = Connections(self.url)
        self.addCleanup(connections.close)
        return self.kind(store, connections)


class WithLibraryFunctions(OnServer):
    """The library's fast way, which loses events on the library's table."""

    by_functions = True


class TestOurStatementAggregates(WithOurStatement, AggregateRecorderTestCase):
    kind = Unnumbered


class TestOurStatement(WithOurStatement, ApplicationRecorderTestCase[PostgresApplicationRecorder]):
    """Without its optional case: `Tail` replaces the library's subscriptions, which are never notified."""


class TestOurStatementOrder(WithOurStatement, NonInterleavingNotificationIDsBaseCase):
    pass


class TestLibrary(OnServer, ApplicationRecorderTestCase[PostgresApplicationRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestLibraryOrder(OnServer, NonInterleavingNotificationIDsBaseCase):
    pass


class TestLibraryFunctions(WithLibraryFunctions, ApplicationRecorderTestCase[PostgresApplicationRecorder]):
    pass


class TestLibraryFunctionsOrder(WithLibraryFunctions, NonInterleavingNotificationIDsBaseCase):
    pass


@pytest.fixture
def plain(database: str) -> Environment:
    """What anybody sets to use a log on PostgreSQL with the library."""
    at = conninfo_to_dict(database)
    names = {"DBNAME": "dbname", "HOST": "host", "PORT": "port", "USER": "user"}
    settings = {f"POSTGRES_{name}": str(at[key]) for name, key in names.items()}
    settings |= {"PERSISTENCE_MODULE": "eventsourcing.postgres", "ORIGINATOR_ID_TYPE": "text"}
    return Environment(env=settings | {"POSTGRES_PASSWORD": "none"})


class Log(Application[str]):
    """As plain as can be: on PostgreSQL the name of an application is the name of its table."""

    name = "stored"


async def test_a_plain_application_reads_our_log(database: str, plain: Environment) -> None:
    store = postgres_store(database)
    await store.append(request("order-1", n=2))
    await store.append(request("saga-1"))
    application = Log(env=plain)
    notifications = application.notification_log.select(start=1, limit=10)
    log = [Stored(n.id, str(n.originator_id), n.originator_version, n.topic, n.state) for n in notifications]
    assert log == await store.log(0)
    assert [decode(row) for row in log[:2]] == await store.stream("order-1")
    application.close()
    await store.close()


async def test_our_positions_go_on_after_events_of_the_library(database: str, plain: Environment) -> None:
    store = postgres_store(database)
    await store.append(request("order-1"))
    factory = InfrastructureFactory.construct(plain)
    foreign = [StoredEvent("foreign", version, "theirs", b"{}") for version in (1, 2, 3)]
    assert factory.application_recorder().insert_events(foreign) == [2, 3, 4]
    factory.close()
    assert (await store.append(request("order-1", 1))).last == 5
    await store.close()

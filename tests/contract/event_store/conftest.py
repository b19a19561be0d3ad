import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest
from eventsourcing import cryptography

from event_store.clock import Clock
from event_store.memory import memory_store
from event_store.postgres.store import postgres_store
from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from tests.contract.event_store.requests import NOON

# The library's cases import its cipher over pycryptodome, and use none: this is the same over a package we have.
sys.modules.setdefault("eventsourcing.cipher", cryptography)


def _open_sqlite(request: pytest.FixtureRequest, clock: Clock) -> EventStore:
    folder: Path = request.getfixturevalue("tmp_path")
    return sqlite_store(folder / "events.db", clock=clock)


def _open_postgres(request: pytest.FixtureRequest, clock: Clock) -> EventStore:
    return postgres_store(request.getfixturevalue("database"), clock=clock)


OPEN: dict[str, Callable[[pytest.FixtureRequest, Clock], EventStore]] = {
    "memory": lambda request, clock: memory_store(clock=clock),
    "sqlite": _open_sqlite,
    "postgres": _open_postgres,
}
"""Each asks for its database only when it is opened: a missing server skips its own cases."""


class SetClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=OPEN)
async def store(request: pytest.FixtureRequest, clock: SetClock) -> AsyncIterator[EventStore]:
    opened = OPEN[request.param](request, clock)
    yield opened
    await opened.close()

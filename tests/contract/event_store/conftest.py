import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest
from eventsourcing import cryptography

from event_store.clock import Clock
from event_store.memory import memory_store
from event_store.sqlite import sqlite_store
from event_store.store import EventStore
from tests.contract.event_store.units import NOON

# The library's cases import its cipher over pycryptodome, and use none: this is the same over a package we have.
sys.modules.setdefault("eventsourcing.cipher", cryptography)

OPEN: dict[str, Callable[[Path, Clock], EventStore]] = {
    "memory": lambda path, clock: memory_store(clock=clock),
    "sqlite": lambda path, clock: sqlite_store(path / "events.db", clock=clock),
}


class SetClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=OPEN)
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> AsyncIterator[EventStore]:
    opened = OPEN[request.param](tmp_path, clock)
    yield opened
    await opened.close()

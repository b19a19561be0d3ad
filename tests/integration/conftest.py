"""What several tests on parts inside this process stand on."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from aioutlet.broker import PARTITIONS as MOCK_PARTITIONS
from aioutlet.broker import MockCluster
from event_store.postgres.store import postgres_store
from event_store.sqlite.store import sqlite_store
from tests.integration.kafka_shop import PARTITIONS, empty
from tests.integration.whole_shop import WholeShop, open_whole_shop
from tests.services.kafka import Kafka

Opened = Callable[..., AbstractAsyncContextManager[WholeShop]]
"""Opens a whole shop, with what a test wants to be otherwise."""


@pytest.fixture
def broker() -> Iterator[str]:
    cluster = MockCluster()
    yield cluster.address
    cluster.stop()


@pytest.fixture
def closed_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty data folder of an embedded shop that does not run, which commands find."""
    monkeypatch.delenv("AIOUTLET_STORE", raising=False)
    data = tmp_path / "var"
    data.mkdir()
    monkeypatch.setenv("AIOUTLET_DATA", str(data))
    return data


@pytest.fixture(scope="module")
def kafka(own_part: Callable[[type[Kafka]], Kafka]) -> Kafka:
    return own_part(Kafka)


@pytest.fixture(params=["embedded", pytest.param("services", marks=pytest.mark.exhaustive)])
async def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Opened]:
    """Opens a shop on SQLite and the mock cluster, or on PostgreSQL and Apache Kafka, with short pauses."""
    monkeypatch.setattr("streams.parked_messages.FIRST_DELAY", 0.05)
    monkeypatch.setattr("streams.parked_messages.LONGEST_DELAY", 1.0)
    if request.param == "embedded":
        cluster, store = MockCluster(), sqlite_store(tmp_path / "log.sqlite")
        yield partial(open_whole_shop, store, cluster.address, tmp_path / "faust", partitions=MOCK_PARTITIONS)
        await store.close()
        cluster.stop()
        return
    kafka: Kafka = request.getfixturevalue("kafka")
    store = postgres_store(request.getfixturevalue("database"))
    empty(kafka.start())
    yield partial(open_whole_shop, store, kafka.url, tmp_path / "faust", partitions=PARTITIONS)
    await store.close()

"""A part that is there and says nothing: whoever asks is told so within five seconds, and nothing is lost."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from aioutlet.document_process import DocumentServer
from aioutlet.documents import document_client
from event_store.backend import AppendOutcome
from event_store.memory import MemoryBackend
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest
from event_store.threaded import ThreadedStore
from projectors.models.registry import MODELS
from projectors.writer import ensure_indexes
from schemas.codec import Stored
from tests.documents import server_pid
from tests.integration.doors.counter import ANN, BOB, LAMP, NOON, Counter, key, open_counter, problem
from tests.integration.doors.reader import Reader
from tests.integration.wire import wired

PROMPT = 5.0
"""Seconds."""


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that answers nothing meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[tuple[Reader, int]]:
    """A query API with the shop's own client, and the process of its documents."""
    async with DocumentServer(tmp_path / "documents.sqlite") as uri, document_client(uri) as client:
        await ensure_indexes(client.shop, MODELS)
        reader = Reader(client.shop)
        async with reader.client:
            yield reader, await server_pid(client)


PATHS = (
    *("/products", "/products?q=lamp&minPrice=1", "/products/lamp", "/products/departments"),
    *("/inventory", "/inventory/lamp", "/orders", "/orders/counts", "/orders/some", "/orders?ids=a,b"),
)


async def test_with_frozen_documents_every_query_is_answered_in_time(documents: tuple[Reader, int]) -> None:
    reader, pid = documents
    minimum = {"X-Min-Position": "order-some@7"}
    with stopped(pid):
        async with asyncio.timeout(PROMPT):
            answers = await asyncio.gather(
                *(reader.asks(path, headers=ANN) for path in PATHS * 3),
                *(reader.asks(f"/orders/{number}", headers=ANN) for number in range(50)),
                reader.asks("/orders/some", headers=ANN | minimum),
                reader.asks("/health/ready"),
            )
        for answer in answers:
            assert problem(answer, 503, answer.json()["code"])["code"] in {"unavailable", "stale"}
            assert "127.0.0.1" not in answer.text
    answers = [await reader.asks(path, headers=ANN) for path in PATHS]
    assert {answer.status_code for answer in answers} == {200, 404}


async def test_a_query_that_waits_behind_a_frozen_one_is_answered_in_time(documents: tuple[Reader, int]) -> None:
    """Reads of one kind share a round trip: the second must not wait for two of them."""
    reader, pid = documents
    with stopped(pid):
        first = asyncio.create_task(reader.asks("/orders/one", headers=ANN))
        await asyncio.wait([first], timeout=2.0)
        async with asyncio.timeout(PROMPT):
            problem(await reader.asks("/orders/two", headers=ANN), 503, "unavailable")
        await first


class FrozenBackend(MemoryBackend):
    """Answers nothing until it is thawed."""

    def __init__(self) -> None:
        super().__init__(lambda: NOON)
        self.thawed = Event()
        self.thawed.set()

    def commit(self, requests: Sequence[AppendRequest]) -> list[AppendOutcome]:
        self.thawed.wait()
        return super().commit(requests)

    def head(self) -> int:
        self.thawed.wait()
        return super().head()

    def streams(self, after: Mapping[str, int]) -> list[Stored]:
        self.thawed.wait()
        return super().streams(after)


@pytest.fixture
async def frozen() -> AsyncIterator[tuple[Counter, FrozenBackend]]:
    backend = FrozenBackend()
    async with open_counter(ThreadedStore(backend)) as counter:
        await counter.stock(LAMP)
        yield counter, backend
        backend.thawed.set()


async def test_with_a_frozen_store_every_command_is_answered_in_time(frozen: tuple[Counter, FrozenBackend]) -> None:
    counter, backend = frozen
    backend.thawed.clear()
    async with asyncio.timeout(PROMPT):
        answers = await asyncio.gather(
            *(counter.place(f"k{number}") for number in range(20)),
            counter.says("POST", "/products", json=LAMP | {"productId": "new"}, headers=ANN | key("p")),
            counter.says("PATCH", "/products/lamp", json={"name": "Lamp"}, headers=ANN | key("q")),
            counter.says("POST", "/orders/some/cancel", headers=BOB | key("r")),
            counter.says("GET", "/health/ready"),
        )
    for answer in answers:
        problem(answer, 503, "unavailable")
    backend.thawed.set()
    placed = await asyncio.gather(*(counter.place(f"k{number}") for number in range(20)))
    assert [answer.status_code for answer in placed] == [201] * 20
    orders = [envelope for envelope in await counter.log() if envelope.type == "order.created"]
    assert len(orders) == 20  # each key has one order, whether or not its first request was recorded


async def test_with_a_frozen_postgresql_every_command_is_answered_in_time(database: str) -> None:
    """Its connections stand, as those of a stopped process or a lost network do."""
    async with (
        wired(database) as (wire, through),
        open_counter(await asyncio.to_thread(postgres_store, through)) as counter,
    ):
        await counter.stock(LAMP)
        wire.flows.clear()
        async with asyncio.timeout(PROMPT):
            answers = await asyncio.gather(
                *(counter.place(f"k{number}") for number in range(20)), counter.says("GET", "/health/ready")
            )
        for answer in answers:
            problem(answer, 503, "unavailable")
        wire.flows.set()
        placed = await asyncio.gather(*(counter.place(f"k{number}") for number in range(20)))
        assert [answer.status_code for answer in placed] == [201] * 20

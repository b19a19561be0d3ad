"""The document server as a child process: what survives its crash, and when it ends."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog.testing
from pymongo import AsyncMongoClient, ReplaceOne
from pymongo.errors import AutoReconnect, BulkWriteError

from aioutlet import child_process
from aioutlet.child_process import ENDS
from aioutlet.document_process import DocumentServer, DocumentServerFailed
from aioutlet.documents import document_client
from tests.documents import server_pid
from tests.services.waiting import STUCK_AFTER

WRITERS, MANY, WRITES = 4, 20, 50
Client = AsyncMongoClient[dict[str, Any]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "documents.sqlite"


@asynccontextmanager
async def supervised(path: Path) -> AsyncIterator[Client]:
    """A client of a server that is started again whenever it ends."""
    server = DocumentServer(path)
    async with server as uri, asyncio.TaskGroup() as tasks, document_client(uri) as client:
        supervising = tasks.create_task(server.supervise())
        yield client
        supervising.cancel()


@contextmanager
def end_of(pid: int) -> Iterator[asyncio.Event]:
    """Set when the process ends, whosever child it is."""
    ended, loop, descriptor = asyncio.Event(), asyncio.get_running_loop(), os.pidfd_open(pid)
    loop.add_reader(descriptor, ended.set)
    try:
        yield ended
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


class Writers:
    """Insert documents until stopped, so many at a time, and remember which were acknowledged."""

    def __init__(self, client: Client, at_a_time: int = WRITERS) -> None:
        self._at_a_time = at_a_time
        self._words = client.shop.words
        self.acknowledged: set[str] = set()
        self._is_stopped = False
        self._grown = asyncio.Condition()

    async def run(self) -> None:
        await asyncio.gather(*map(self._write, range(self._at_a_time)))

    def stop(self) -> None:
        """Begin nothing more; cancelled instead, one could go on: Python 3.11's `wait_for` may swallow it."""
        self._is_stopped = True

    async def grown(self, by: int) -> None:
        """Wait until so many more are acknowledged."""
        wanted = len(self.acknowledged) + by
        async with asyncio.timeout(STUCK_AFTER), self._grown:
            await self._grown.wait_for(lambda: len(self.acknowledged) >= wanted)

    async def stored(self) -> set[str]:
        return {document["_id"] async for document in self._words.find()}

    async def _write(self, writer: int) -> None:
        for key in (f"{writer}-{number}" for number in count()):
            if self._is_stopped:
                return
            try:
                await self._words.insert_one({"_id": key})
            except AutoReconnect:  # written or not: nobody was told
                continue
            async with self._grown:
                self.acknowledged.add(key)
                self._grown.notify_all()


async def test_a_crash_loses_nothing_acknowledged_and_clients_go_on_at_the_same_address(path: Path) -> None:
    with structlog.testing.capture_logs() as lines:
        async with supervised(path) as client, asyncio.TaskGroup() as tasks:
            writers = Writers(client)
            writing = tasks.create_task(writers.run())
            for _ in range(3):
                await writers.grown(by=WRITES)
                os.kill(await server_pid(client), signal.SIGKILL)
            await writers.grown(by=WRITES)
            writers.stop()
            await writing
            assert writers.acknowledged <= await writers.stored()
    crashes = [line for line in lines if line["event"] == "document server ended"]
    assert [(line["cause"], line["log_level"]) for line in crashes] == [("SIGKILL", "warning")] * 3


async def test_clients_go_on_although_it_crashes_again_while_they_connect(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "pymongo.connection")
    async with supervised(path) as client, asyncio.TaskGroup() as tasks:
        host, port = await client.address or ("", 0)
        writers = Writers(client, at_a_time=MANY)
        tasks.create_task(writers.run())
        await writers.grown(by=WRITES)
        for _ in range(ENDS - 1):
            async with Client(host, port, directConnection=True) as other:
                os.kill(await server_pid(other), signal.SIGKILL)
        await writers.grown(by=10 * MANY)
        writers.stop()
    losses = [record for record in caplog.records if "pool cleared" in record.getMessage()]
    assert len(losses) <= 3 * (ENDS - 1)


async def test_it_ends_with_a_parent_that_is_killed_and_closes_its_file(path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.document_parent", str(path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    uri, pid = (await parent.stdout.readline()).decode().split()
    async with Client(uri) as client:
        await client.shop.words.insert_one({"_id": "word"})
    with end_of(int(pid)) as ended:
        parent.kill()
        await asyncio.wait_for(ended.wait(), STUCK_AFTER)
    await parent.wait()
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name, f"{path.name}.lock"]
    async with supervised(path) as client:
        assert await client.shop.words.find_one() == {"_id": "word"}


async def test_a_server_waits_for_the_one_before_it_to_close_the_file(path: Path) -> None:
    async with DocumentServer(path) as uri, Client(uri) as client:
        first = await server_pid(client)
        async with DocumentServer(path) as other, Client(other) as waiting:
            asked = asyncio.create_task(server_pid(waiting))
            await client.shop.words.insert_one({"_id": "word"})
            assert not asked.done()
            os.kill(first, signal.SIGKILL)
            assert await asyncio.wait_for(asked, STUCK_AFTER) != first
            assert await waiting.shop.words.find_one() == {"_id": "word"}


async def test_it_stops_in_order_and_is_not_started_again(path: Path) -> None:
    with structlog.testing.capture_logs() as lines:
        async with supervised(path) as client:
            await client.shop.words.insert_one({"_id": "word"})
            pid = await server_pid(client)
    assert lines == []
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name, f"{path.name}.lock"]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_signals_that_reach_all_processes_of_a_shop_do_not_end_it_before_its_parent(path: Path) -> None:
    async with DocumentServer(path) as uri, Client(uri) as client:
        pid = await server_pid(client)
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(pid, number)
        assert await server_pid(client) == pid
        assert os.getsid(pid) != os.getsid(0)


async def failure_of(server: DocumentServer) -> str:
    async with server:
        with pytest.raises(DocumentServerFailed) as failed:
            await asyncio.wait_for(server.supervise(), STUCK_AFTER)
    return str(failed.value)


@pytest.fixture
def diary(path: Path) -> Path:
    path.write_text("Dear diary, " * 100)
    return path


@pytest.fixture
def dangling(path: Path) -> Path:
    path.symlink_to(path.parent / "missing" / path.name)
    return path


async def test_a_file_that_is_no_database_is_told_with_the_cause(diary: Path) -> None:
    said = await failure_of(DocumentServer(diary))
    assert said.startswith(f"AIOUTLET_DATA: no document server on {diary}: file is not a database; remove ")


async def test_a_file_that_cannot_be_opened_is_told_with_the_cause(dangling: Path) -> None:
    said = await failure_of(DocumentServer(dangling))
    assert said.startswith(f"AIOUTLET_DATA: no document server on {dangling}: unable to open database file; remove ")


async def test_one_that_does_not_stay_up_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "BACKOFF", 0.001)
    with structlog.testing.capture_logs() as lines:
        failure = await failure_of(DocumentServer(path, command=(sys.executable, "-c", "exit('It broke.')")))
    assert failure == f"the document server on {path} does not stay up: exit code 1"
    assert [line["line"] for line in lines if line["event"] == "document server"] == ["It broke."] * 5
    assert [line["ends"] for line in lines if line["event"] == "document server ended"] == [1, 2, 3, 4]


async def test_an_update_that_fails_in_a_bulk_is_undone_alone(path: Path) -> None:
    """The writer's guarded replace: the guard of `a` does not hold, so its upsert meets a duplicate key."""
    async with supervised(path) as client:
        words = client.shop.words
        await words.insert_one({"_id": "a", "position": 7})
        guarded = [
            ReplaceOne({"_id": key, "position": {"$lt": 3}}, {"_id": key, "position": 3}, upsert=True) for key in "xay"
        ]
        with pytest.raises(BulkWriteError) as failed:
            await words.bulk_write(guarded, ordered=False)
        assert [(error["index"], error["code"]) for error in failed.value.details["writeErrors"]] == [(1, 11000)]
    async with supervised(path) as client:
        found = {document["_id"]: document["position"] async for document in client.shop.words.find()}
    assert found == {"x": 3, "a": 7, "y": 3}

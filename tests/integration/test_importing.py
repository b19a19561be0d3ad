"""A log is imported as it is: every event where it was, or none of its chunk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pytest

from event_store.memory import memory_store
from event_store.postgres import importing, queries
from event_store.postgres.importing import import_events
from event_store.postgres.store import postgres_store
from schemas.codec import Stored
from schemas.errors import Conflict, Unavailable
from tests.contract.event_store.requests import request


async def recorded_log() -> list[Stored]:
    """Six events of three streams, the last of which has non-ASCII letters in its name."""
    store = memory_store()
    for stream, after, n in (("order-a", 0, 2), ("order-b", 0, 1), ("order-a", 2, 2), ("order-é", 0, 1)):
        await store.append(request(stream, after, by=f"{stream}{after}", n=n))
    log = await store.log(0)
    await store.close()
    return log


async def log_of(url: str) -> list[Stored]:
    store = postgres_store(url)
    log = await store.log(0)
    await store.close()
    return log


@contextmanager
def small_chunks(monkeypatch: pytest.MonkeyPatch, chunk: int) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(importing, "CHUNK", chunk)
        patch.setattr(importing, "BLOCK", 2)
        yield


@pytest.mark.parametrize("chunk", [1, 4, 100])
async def test_an_imported_log_is_the_same(database: str, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    log = await recorded_log()
    with small_chunks(monkeypatch, chunk):
        assert import_events(database, log) == len(log)
    assert await log_of(database) == log


async def test_an_imported_log_goes_on(database: str) -> None:
    log = await recorded_log()
    import_events(database, log[:4])
    import_events(database, log[4:])
    store = postgres_store(database)
    assert (await store.append(request("order-a", 4))).first == len(log) + 1
    with pytest.raises(Conflict):
        await store.append(request("order-b", 0, by="other"))
    await store.close()


def moved(log: Sequence[Stored], index: int, *, position: int = 0, version: int = 0) -> list[Stored]:
    """The log with an event at another position or version."""
    event = log[index]
    other = event._replace(position=position or event.position, version=version or event.version)
    return [*log[:index], other, *log[index + 1 :]]


@pytest.mark.parametrize(("index", "position", "version"), [(0, 2, 0), (4, 7, 0), (3, 0, 4), (2, 0, 2)])
async def test_a_log_with_a_gap_is_refused(database: str, index: int, position: int, version: int) -> None:
    log = moved(await recorded_log(), index, position=position, version=version)
    with pytest.raises(Conflict, match=log[index].stream):
        import_events(database, log)
    assert await log_of(database) == []


async def test_a_version_that_is_taken_is_refused(database: str) -> None:
    log = await recorded_log()
    import_events(database, log)
    with pytest.raises(Conflict, match="order-b"):
        import_events(database, [log[2]._replace(position=len(log) + 1)])
    assert await log_of(database) == log


async def test_what_was_imported_before_a_refused_chunk_stays(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = await recorded_log()
    with small_chunks(monkeypatch, 2), pytest.raises(Conflict):
        import_events(database, moved(log, 5, version=9))
    assert await log_of(database) == log[:4]


async def test_only_the_owner_of_the_tables_imports(database: str) -> None:
    log = await recorded_log()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE aioutlet_writer")
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            connection.cursor() as cursor,
            cursor.copy(queries.COPY) as copy,
        ):
            copy.write(importing.copy_stream(log))


async def test_a_database_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        import_events("postgresql://nobody@127.0.0.1:1/none", await recorded_log())

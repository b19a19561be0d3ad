"""What the library does on tables of its own, and ours must never do: each trap is shown, lest it be forgotten.

That a lost acknowledgement is found again, and that a tail finds what nobody notified, is in the suites of our store.
"""

import asyncio
from collections.abc import Callable, Iterator
from queue import Empty
from threading import Event
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresSubscription
from psycopg.errors import QueryCanceled

from tests.databases import library_datastore
from tests.integration.wire import wired

Made = Callable[..., PostgresApplicationRecorder]
BY_FUNCTION = "SELECT es_insert_events_text(ARRAY[ROW(%s, 1, 't', '')::stored_event_text])"
EVENT = StoredEvent("order-1", 1, "theirs", b"{}")


@pytest.fixture
def made() -> Iterator[Made]:
    """Makes the library's recorder in a database, and its tables where there are none."""
    stores = []

    def make(url: str, *, kind: type[PostgresApplicationRecorder] = PostgresApplicationRecorder, **how: bool) -> Any:
        stores.append(library_datastore(url, **how))
        recorder = kind(stores[-1])
        recorder.create_table()
        return recorder

    yield make
    for store in stores:
        store.close()


def seen_by_a_reader(recorder: PostgresApplicationRecorder, after: int) -> list[str]:
    found = recorder.select_notifications(after, 10, inclusive_of_start=False)
    return [str(each.originator_id) for each in found]


def test_its_functions_hide_an_event_from_whoever_reads_on(empty_database: str, made: Made) -> None:
    recorder = made(empty_database, by_functions=True)
    with psycopg.connect(empty_database) as slow, psycopg.connect(empty_database) as fast:
        slow.execute(BY_FUNCTION, ("slow",))
        fast.execute(BY_FUNCTION, ("fast",))
        fast.commit()
        assert seen_by_a_reader(recorder, 0) == ["fast"]
        head = recorder.max_notification_id() or 0
        slow.commit()
    assert seen_by_a_reader(recorder, head) == []
    assert seen_by_a_reader(recorder, 0) == ["slow", "fast"]


def test_on_our_table_its_functions_wait_for_their_turn(database: str, made: Made) -> None:
    recorder = made(database, by_functions=True)
    with psycopg.connect(database) as slow, psycopg.connect(database, options="-c statement_timeout=100ms") as fast:
        slow.execute(BY_FUNCTION, ("slow",))
        with pytest.raises(QueryCanceled):
            fast.execute(BY_FUNCTION, ("fast",))
        fast.rollback()
        assert seen_by_a_reader(recorder, 0) == []
        slow.commit()
        fast.execute(BY_FUNCTION, ("fast",))
    assert seen_by_a_reader(recorder, 0) == ["slow", "fast"]


async def test_it_reports_a_conflict_for_an_append_that_worked(empty_database: str, made: Made) -> None:
    """Its retry after a lost acknowledgement meets its own event."""
    async with wired(empty_database) as (wire, through):
        recorder = await asyncio.to_thread(made, through)
        wire.lose_the_answer_that_says(b"COMMIT")
        with pytest.raises(IntegrityError):
            await asyncio.to_thread(recorder.insert_events, [EVENT])
        assert wire.lost == 1
        assert await asyncio.to_thread(seen_by_a_reader, recorder, 0) == ["order-1"]
        await asyncio.to_thread(recorder.datastore.close)


class Watched(PostgresApplicationRecorder):
    """Tells when somebody has looked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_looked_at = Event()

    def select_notifications(self, *args: Any, **kwargs: Any) -> Any:
        found = super().select_notifications(*args, **kwargs)
        self.is_looked_at.set()
        return found


class LateListener(PostgresSubscription):
    """Its second thread comes to run after its first, as any thread may."""

    may_listen = Event()

    def _listen(self) -> None:
        self.may_listen.wait()
        super()._listen()


def test_its_subscription_sleeps_on_an_event_committed_before_it_listens(empty_database: str, made: Made) -> None:
    recorder = made(empty_database, kind=Watched)
    with LateListener(recorder) as subscription:
        assert isinstance(recorder, Watched)
        recorder.is_looked_at.wait()
        recorder.insert_events([EVENT])
        LateListener.may_listen.set()
        with pytest.raises(Empty):
            subscription._notifications_queue.get(timeout=1)
        assert seen_by_a_reader(recorder, 0) == ["order-1"]
        subscription.stop()

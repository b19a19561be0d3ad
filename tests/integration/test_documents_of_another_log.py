"""Documents know of which log they are: beside another, or beside an older state of their own, they are found out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from pymongo.errors import AutoReconnect

from event_store.memory import memory_store
from event_store.store import EventStore
from projectors.checkpoints import load_checkpoints, save_checkpoints
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.origin import drop_documents, find_mismatch, require_match
from projectors.projection import Projection
from projectors.verification.verify import verify
from schemas.documents import AUDIT_VIEWS, CHECKPOINTS, ORDERS_VIEW, ORIGINS, STATISTICS, TALLIES, TOTALS, VIEWS
from schemas.envelope import Envelope
from schemas.errors import LogMismatch
from subscriptions.catch_up import CatchUpSubscription
from tests.documents import on_every_server
from tests.histories import COMPLETED, PARTITIONS, HistoryLog, deliver, events, recorded
from tests.integration.test_projectors import append_published
from tests.unit.streams.fakes import never, order_id

pytestmark = on_every_server
Change = Callable[[Database], Awaitable[object]]


def history(orders: int = 3, *, first: int = 1) -> list[Envelope]:
    """A product, its stock, and orders with numbers from `first` on."""
    happened = events("product.created", "stock.received")
    for number in range(first, first + orders):
        happened += events(*COMPLETED, order_id=order_id(number), order_number=f"ORD-20260314-{number:05}")
    return recorded(happened)


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = memory_store()
    yield store
    await store.close()


async def written(mongodb: Database, log: HistoryLog, envelopes: Sequence[Envelope]) -> None:
    await deliver(Projection(MODELS, mongodb, log), envelopes, batch=7)


async def counted(mongodb: Database) -> dict[str, int]:
    names = (*(view.name for view in VIEWS), TALLIES, TOTALS, ORIGINS, CHECKPOINTS)
    return {name: await mongodb[name].count_documents({}) for name in names}


async def test_documents_without_a_log_and_those_of_this_one_match(mongodb: Database) -> None:
    log = HistoryLog(history())
    assert await find_mismatch(mongodb, log) is None
    await written(mongodb, log, history())
    assert await find_mismatch(mongodb, log) is None
    await require_match(mongodb, log)


async def test_a_log_that_has_grown_is_the_same(mongodb: Database) -> None:
    await written(mongodb, HistoryLog(history(2)), history(2))
    assert await find_mismatch(mongodb, HistoryLog(history(5))) is None


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (HistoryLog(history(), name="another"), "are of log a history, and this is log another"),
        (HistoryLog(history(1)), "the log has no event there"),
        (HistoryLog(), "the log has no event there"),
        (HistoryLog(history(first=7)), "the log has event"),
        (HistoryLog(history(9, first=7)), "the log has event"),
    ],
    ids=["another log", "a backup", "an empty log", "another past", "another past that is longer"],
)
async def test_documents_of_another_log_or_past_are_found_and_nothing_is_read_into_them(
    mongodb: Database, log: HistoryLog, said: str
) -> None:
    await written(mongodb, HistoryLog(history()), history())
    assert said in (await find_mismatch(mongodb, log) or "")
    with pytest.raises(LogMismatch, match=said):
        await Projection(MODELS, mongodb, log).checkpoints()


async def forget_the_log(mongodb: Database) -> None:
    """As documents of an earlier release."""
    await mongodb[ORIGINS].drop()
    await mongodb[CHECKPOINTS].update_many({}, {"$unset": {"log": "", "eventId": ""}})


@pytest.mark.parametrize(
    "change",
    [forget_the_log, lambda mongodb: mongodb[ORIGINS].delete_many({}), lambda mongodb: mongodb[ORIGINS].drop()],
    ids=["of an earlier release", "without origins", "origins dropped"],
)
async def test_documents_that_do_not_say_their_log_are_not_believed(mongodb: Database, change: Change) -> None:
    log = HistoryLog(history())
    await written(mongodb, log, history())
    await change(mongodb)
    assert await find_mismatch(mongodb, log) is not None
    await drop_documents(mongodb)
    assert await find_mismatch(mongodb, log) is None


async def test_documents_that_were_written_without_their_checkpoint_are_found(
    mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in between; then a backup is put back that ends where the checkpoints do."""
    kept, log = history(1), HistoryLog(history(2))
    await written(mongodb, log, kept)

    async def die_at_checkpoints(collection: object, *arguments: object) -> None:
        if getattr(collection, "name", "") == CHECKPOINTS:
            raise AutoReconnect("killed")
        await save_checkpoints(collection, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("projectors.projection.save_checkpoints", die_at_checkpoints)
    with pytest.raises(AutoReconnect):
        await written(mongodb, log, history(2)[len(kept) :])
    assert {mark.at.position for mark in await load_checkpoints(mongodb[CHECKPOINTS])} <= set(HistoryLog(kept).ids)
    assert await find_mismatch(mongodb, log) is None
    assert "the log has no event there" in (await find_mismatch(mongodb, HistoryLog(kept)) or "")


async def test_what_is_dropped_is_built_anew_and_equal(mongodb: Database, store: EventStore) -> None:
    await written(mongodb, HistoryLog(history(5)), history(5))
    await append_published(store, history(2))
    assert await find_mismatch(mongodb, store)
    names = [view.name for view in VIEWS]
    written_before = [await mongodb[name].count_documents({}) for name in names]
    of_things = {view.name for view in VIEWS} - {view.name for view in (*AUDIT_VIEWS, *STATISTICS)}
    assert sum(dict(zip(names, written_before, strict=True))[name] for name in of_things) == 5 + 5 + 1 + 2
    assert await drop_documents(mongodb) == sum(written_before)
    assert set((await counted(mongodb)).values()) == {0}
    assert await drop_documents(mongodb) == 0
    await CatchUpSubscription(
        store, Projection(MODELS, mongodb, store), partitions=PARTITIONS, on_poison=never
    ).assign()
    assert await find_mismatch(mongodb, store) is None
    report = await verify(store, mongodb, partitions=PARTITIONS)
    assert report.findings["G7"] == 0
    assert (await counted(mongodb))[ORDERS_VIEW.name] == 2


@pytest.mark.parametrize("step", range(8))
async def test_a_drop_that_is_cut_short_leaves_documents_that_are_found_again(
    mongodb: Database, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    log = HistoryLog(history())
    await written(mongodb, log, history())
    collection, left = type(mongodb[CHECKPOINTS]), [step]

    def dying(name: str) -> Callable[..., Awaitable[object]]:
        method = getattr(collection, name)

        async def call(*arguments: object) -> object:
            if not left[0]:
                raise AutoReconnect("killed")
            left[0] -= 1
            return await method(*arguments)

        return call

    with monkeypatch.context() as patch:
        for name in ("delete_many", "update_many"):
            patch.setattr(collection, name, dying(name))
        with pytest.raises(AutoReconnect):
            await drop_documents(mongodb)
    found = await counted(mongodb)
    is_found = await find_mismatch(mongodb, log) is not None
    assert is_found == (step > 0 and bool(found[CHECKPOINTS] or found[ORIGINS]))
    assert is_found or not step or not any(found[view.name] for view in VIEWS)
    await drop_documents(mongodb)
    assert set((await counted(mongodb)).values()) == {0}


async def test_a_verification_says_that_the_documents_are_of_another_log(mongodb: Database, store: EventStore) -> None:
    await written(mongodb, HistoryLog(history()), history())
    await append_published(store, history())
    report = await verify(store, mongodb, partitions=PARTITIONS)
    assert "are of log a history" in report.shown["G7"][0]
    assert not report.agrees


async def test_what_another_release_keeps_in_other_forms_is_left_alone(mongodb: Database) -> None:
    log = HistoryLog(history())
    await written(mongodb, log, history())
    other = {"_id": "orders_99/aioutlet.orders/1", "view": "orders_99", "position": 10**6}
    await mongodb[CHECKPOINTS].insert_one(dict(other))
    assert await find_mismatch(mongodb, log) is None
    await drop_documents(mongodb)
    assert await mongodb[CHECKPOINTS].find().to_list() == [other]

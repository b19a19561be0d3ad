"""A version of a read model is built beside the one that is read, from the log, and equals its fold."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from event_store.memory import memory_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from projectors.document_io import Database
from projectors.models.orders import ORDERS
from projectors.models.registry import MODELS
from projectors.origin import drop_version, find_mismatch, version_names
from projectors.projection import Projection
from projectors.read_model import ReadModel
from projectors.rebuild import builder, deferred_documents
from projectors.rebuild.builder import Builder, Progress
from projectors.rebuild.comparison import compare
from projectors.rebuild.shares import divide
from schemas.documents import CHECKPOINTS, INCOMPLETE, ORIGINS, TALLIES, TOTALS, Document, View
from schemas.envelope import Envelope
from subscriptions.catch_up import CatchUpSubscription
from tests.documents import on_every_server
from tests.histories import PARTITIONS, deliver
from tests.integration.test_projectors import append_published, story
from tests.unit.streams.fakes import never, order_id

pytestmark = on_every_server
COMING = 40
"""Events that come at once to a log that goes on."""


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = memory_store()
    yield store
    await store.close()


def rebuilt(models: Sequence[ReadModel] = MODELS, number: int = 1) -> list[ReadModel]:
    """These models as a rebuild makes them."""
    return [replace(model, view=model.view.version(number)) for model in models]


async def append(store: EventStore, orders: int = 12) -> None:
    for envelope in story(orders):
        await store.append(AppendRequest(events=(envelope,)))


async def contents(database: Database, views: Sequence[View]) -> dict[str, list[Document]]:
    """The documents, tallies, totals and checkpoints of these views, by the view's title."""
    found: dict[str, list[Document]] = {}
    for view in views:
        documents = await database[view.name].find().sort("_id", 1).to_list()
        for name in (TALLIES, TOTALS):
            beside = await database[name].find({"view": view.name}).sort("_id", 1).to_list()
            documents += [each | {"view": "", "_id": each["_id"].removeprefix(view.name)} for each in beside]
        found[view.title] = documents
    return found


async def build(store: EventStore, database: Database, models: Sequence[ReadModel], *, workers: int = 1) -> None:
    for own in await divide(store, models, PARTITIONS, workers):
        await Builder(models, database, store, partitions=PARTITIONS, own=own).run()


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_rebuild_has_what_was_written_live(mongodb: Database, store: EventStore, workers: int) -> None:
    await append(store)
    await deliver(Projection(MODELS, mongodb, store), story(), batch=7)
    await build(store, mongodb, rebuilt(), workers=workers)
    live = await contents(mongodb, [model.view for model in MODELS])
    assert await contents(mongodb, [model.view for model in rebuilt()]) == live
    for model in rebuilt():
        assert (await compare(mongodb, store, model, partitions=PARTITIONS)).differences == 0


async def test_what_was_counted_after_a_partitions_checkpoint_is_not_compared(
    mongodb: Database, store: EventStore
) -> None:
    await append(store)
    await build(store, mongodb, [ORDERS])
    compared = await compare(mongodb, store, ORDERS, partitions=PARTITIONS)
    checkpoints = mongodb[CHECKPOINTS].find({"view": ORDERS.view.name, "position": {"$gt": 0}})
    first = (await checkpoints.sort("position", 1).to_list())[0]
    assert first["position"] < compared.position
    await mongodb[CHECKPOINTS].update_one({"_id": first["_id"]}, {"$set": {"position": 1}})
    assert (await compare(mongodb, store, ORDERS, partitions=PARTITIONS)).differences == 0


class Killed(Exception):
    """Stands for the end of the process."""


def killed_after(pages: int) -> Callable[[Progress], None]:
    """Ends a rebuild after so many pages."""
    seen: list[Progress] = []

    def note(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == pages:
            raise Killed

    return note


@pytest.mark.parametrize("pages", [1, 5, 9])
async def test_a_rebuild_that_was_killed_goes_on_and_has_the_same(
    mongodb: Database, store: EventStore, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    monkeypatch.setattr(builder, "PAGE", 20)
    monkeypatch.setattr(deferred_documents, "MOST", 30)
    await append(store)
    await deliver(Projection(MODELS, mongodb, store), story(), batch=7)
    killed = Builder(rebuilt(), mongodb, store, partitions=PARTITIONS, on_progress=killed_after(pages))
    with pytest.raises(Killed):
        await killed.run()
    await build(store, mongodb, rebuilt())
    live = await contents(mongodb, [model.view for model in MODELS])
    assert await contents(mongodb, [model.view for model in rebuilt()]) == live


async def test_a_rebuild_that_is_done_reads_only_what_is_new(mongodb: Database, store: EventStore) -> None:
    history = story(3)
    await append_published(store, history)
    await build(store, mongodb, rebuilt())
    told: list[Progress] = []
    await Builder(rebuilt(), mongodb, store, partitions=PARTITIONS, on_progress=told.append).run()
    assert sum(progress.events for progress in told) < len(history)


class GrowingLog:
    """A log to which some more events come whenever it is asked how long it is."""

    def __init__(self, store: EventStore, rest: Sequence[Envelope]) -> None:
        self._store = store
        self._rest = list(rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def head(self) -> int:
        for envelope in self._rest[:COMING]:
            await self._store.append(AppendRequest(events=(envelope,)))
        del self._rest[:COMING]
        return await self._store.head()


async def test_checkpoints_never_move_back_while_the_log_goes_on(
    mongodb: Database, store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "NEAR", 0)
    monkeypatch.setattr(builder, "PAGE", COMING // 4)
    history = story(6)
    half = len(history) // 2
    await append_published(store, history[:half])
    log = GrowingLog(store, history[half:])
    await Builder(rebuilt(), mongodb, log, partitions=PARTITIONS).run()  # type: ignore[arg-type]
    for model in rebuilt():
        assert (await compare(mongodb, store, model, partitions=PARTITIONS)).shown == ()


async def test_a_document_whose_fold_raises_waits_and_all_others_are_built(
    mongodb: Database, store: EventStore
) -> None:
    await append(store, 5)

    def project(document: Document | None, part: object, envelope: Envelope) -> Document | None:
        if envelope.stream == f"payment-{order_id(2)}":
            raise ZeroDivisionError
        return ORDERS.project(document, part, envelope)

    [model] = rebuilt([replace(ORDERS, project=project)])
    await build(store, mongodb, [model])
    [row] = await mongodb[INCOMPLETE].find({"view": model.view.name}).to_list()
    assert (row["key"], row["cause"]) == (order_id(2), "ZeroDivisionError")
    assert await mongodb[model.view.name].count_documents({}) == 5
    [mended] = rebuilt([ORDERS])
    assert (await compare(mongodb, store, mended, partitions=PARTITIONS)).differences == 0


async def test_what_differs_is_found_and_named(mongodb: Database, store: EventStore) -> None:
    await append(store, 3)
    [model] = rebuilt([ORDERS])
    await build(store, mongodb, [model])
    await mongodb[model.view.name].update_one({"_id": order_id(1)}, {"$set": {"status": "Lost"}})
    found = await compare(mongodb, store, model, partitions=PARTITIONS)
    assert found.differences == 1
    assert f"{model.view.name} {order_id(1)}: status is 'Lost'" in found.shown[0]


async def test_a_document_that_is_missing_and_one_that_the_log_has_not_are_found(
    mongodb: Database, store: EventStore
) -> None:
    await append(store, 3)
    [model] = rebuilt([ORDERS])
    await build(store, mongodb, [model])
    document = await mongodb[model.view.name].find_one_and_delete({"_id": order_id(1)})
    assert document is not None
    await mongodb[model.view.name].insert_many([document | {"_id": "made up"}, document | {"_id": "made up too"}])
    found = await compare(mongodb, store, model, partitions=PARTITIONS)
    assert found.differences == 3
    assert found.shown == (
        f"{model.view.name} {order_id(1)}: there is no such document",
        f"{model.view.name} made up: the log has no such document",
        f"{model.view.name} made up too: the log has no such document",
    )


async def test_a_version_is_kept_up_to_the_log_from_where_its_rebuild_ended(
    mongodb: Database, store: EventStore
) -> None:
    history = story(6)
    half = len(history) // 2
    for envelope in history[:half]:
        await store.append(AppendRequest(events=(envelope,)))
    projection = Projection(MODELS, mongodb, store)
    subscription = CatchUpSubscription(store, projection, partitions=PARTITIONS, on_poison=never)
    await subscription.assign()
    await build(store, mongodb, rebuilt())
    await append_published(store, history[half:])
    projection.follow([*MODELS, *rebuilt()])
    await subscription.assign()
    live = await contents(mongodb, [model.view for model in MODELS])
    assert await contents(mongodb, [model.view for model in rebuilt()]) == live
    assert len(live["orders"]) > 6


async def test_a_version_that_is_dropped_leaves_nothing_and_all_others_as_they_are(
    mongodb: Database, store: EventStore
) -> None:
    await append(store, 3)
    await build(store, mongodb, [*MODELS, *rebuilt()])
    before = await contents(mongodb, [model.view for model in MODELS])
    for model in rebuilt():
        await drop_version(mongodb, model.view.name)
    assert not [name for name in await version_names(mongodb) if name.endswith("_r1")]
    for name in (TALLIES, TOTALS, CHECKPOINTS, ORIGINS):
        assert not [each async for each in mongodb[name].find() if each["view"].endswith("_r1")]
    assert await contents(mongodb, [model.view for model in MODELS]) == before
    assert await find_mismatch(mongodb, store) is None

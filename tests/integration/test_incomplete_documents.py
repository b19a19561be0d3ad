"""A document that cannot be folded waits alone, says what it lacks, and is in the end what the log says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from event_store.store import EventStore
from projectors import late_folding
from projectors.document_io import Database
from projectors.late_folding import LateFolding
from projectors.models.orders import ORDERS as ORDERS_MODEL
from projectors.models.registry import MODELS
from projectors.models.stock import STOCK as STOCK_MODEL
from projectors.origin import drop_documents
from projectors.projection import Projection
from projectors.read_model import ReadModel
from projectors.verification.verify import verify
from schemas import codec
from schemas.dead_letters import DeadLettersDiscarded, DeadLettersReplayed, LetterKind, LetterRef
from schemas.documents import INCOMPLETE, ORDERS_VIEW, STOCK_VIEW, TALLIES, TOTALS, Document
from schemas.envelope import Envelope
from schemas.errors import Poison
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.retry import MAX_TRIES
from tests.documents import on_every_server
from tests.examples import NOON
from tests.histories import COMPLETED, PARTITIONS, events
from tests.unit.streams.fakes import TroubledStore, order_id, published, put, put_bytes, say_published

pytestmark = on_every_server
Broken = Callable[[Envelope], bool]


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Reading:
    """A projection that follows a log, with models some of whose folds may raise."""

    def __init__(self, store: TroubledStore, database: Database, clock: Clock) -> None:
        self.store, self.database, self.clock = store, database, clock
        self.is_broken: Broken = lambda _: False
        self.reported: list[Poison] = []
        self.start()

    def start(self) -> None:
        """Begin as a new process."""
        models = [self._breakable(model) if model in (ORDERS_MODEL, STOCK_MODEL) else model for model in MODELS]
        self.projection = Projection(models, self.database, self.store, clock=self.clock)
        self.late = LateFolding(self.projection, self.database, self.store, partitions=PARTITIONS, clock=self.clock)
        self.subscription = CatchUpSubscription(
            self.store, self.projection, partitions=PARTITIONS, on_poison=self.reported.append
        )

    async def follow(self) -> None:
        """Read the log to its end."""
        await say_published(self.store, await published(self.store))
        await self.subscription.assign()

    async def fold_late(self, *, after: float = 10) -> None:
        self.clock.now += timedelta(seconds=after)
        await self.late.run_due(self.subscription.positions)

    async def rows(self) -> list[Document]:
        return await self.database[INCOMPLETE].find().sort("_id", 1).to_list()

    async def differences(self) -> tuple[str, ...]:
        """Documents, tallies and totals that are not what the log says."""
        report = await verify(self.store, self.database, partitions=PARTITIONS)
        return report.shown["G7"]

    def _breakable(self, model: ReadModel) -> ReadModel:
        def project(document: Document | None, part: Any, envelope: Envelope) -> Document | None:
            if self.is_broken(envelope):
                raise KeyError("warehouseId")
            return model.project(document, part, envelope)

        return replace(model, project=project)


@pytest.fixture
async def reading(mongodb: Database) -> AsyncIterator[Reading]:
    store = TroubledStore()
    yield Reading(store, mongodb, Clock())
    await store.close()


async def story(store: EventStore, *numbers: int) -> None:
    for number in numbers:
        told = events(*COMPLETED, order_id=order_id(number), order_number=f"ORD-20260314-{number:05}")
        await put(store, *told)


def of_order(number: int, *types: str) -> Broken:
    return lambda envelope: envelope.type in types and getattr(envelope.event, "order_id", "") == order_id(number)


async def decide(reading: Reading, event: type[DeadLettersReplayed | DeadLettersDiscarded], row: Document) -> None:
    letter = LetterRef(
        kind=LetterKind.DOCUMENT, consumer="projections", name=row["_id"], subject=row["key"], cause=row["cause"]
    )
    await put(reading.store, event(letters=(letter,), by="ann", reason="mended"))


async def test_a_fold_that_raises_leaves_its_document_as_it_was_and_all_others_go_on(reading: Reading) -> None:
    await story(reading.store, 1, 2, 3)
    reading.is_broken = of_order(2, "payment.processed")
    await reading.follow()
    [row] = await reading.rows()
    stored = {order["_id"]: order async for order in reading.database[ORDERS_VIEW.name].find()}
    assert [stored[order_id(number)]["outcome"] for number in (1, 2, 3)] == ["completed", None, "completed"]
    assert (row["view"], row["key"], row["type"]) == (ORDERS_VIEW.name, order_id(2), "payment.processed")
    assert (row["cause"], row["attempts"], row["dead_at"]) == ("KeyError", 1, None)
    assert "test_incomplete_documents.py" in row["trace"]
    assert stored[order_id(2)]["position"] < row["position"]


async def test_later_events_leave_an_incomplete_document_alone_also_after_a_restart(reading: Reading) -> None:
    await story(reading.store, 1)
    reading.is_broken = of_order(1, "payment.processed")
    await reading.follow()
    [before] = await reading.database[ORDERS_VIEW.name].find().to_list()
    reading.is_broken = lambda _: False
    reading.start()
    await put(reading.store, *events("order.shipped", order_id=order_id(1)))
    await reading.follow()
    assert await reading.database[ORDERS_VIEW.name].find().to_list() == [before]


async def test_once_it_can_be_folded_it_is_what_the_log_says_with_every_tally_and_total(reading: Reading) -> None:
    await story(reading.store, 1, 2)
    reading.is_broken = of_order(1, "order.created")
    await reading.follow()
    await story(reading.store, 3)
    await reading.follow()
    reading.is_broken = lambda _: False
    await reading.fold_late()
    assert await reading.rows() == []
    assert await reading.differences() == ()
    await put(reading.store, *events("order.shipped", order_id=order_id(1)))
    await reading.follow()
    assert await reading.differences() == ()


async def test_after_three_tries_it_waits_for_an_operator_who_has_it_tried_again(reading: Reading) -> None:
    await story(reading.store, 1)
    reading.is_broken = of_order(1, "payment.processed")
    await reading.follow()
    for _ in range(MAX_TRIES):
        await reading.fold_late()
    [row] = await reading.rows()
    assert (row["attempts"], row["dead_at"] is not None) == (4, True)
    reading.is_broken = lambda _: False
    reading.start()
    await reading.follow()
    await reading.fold_late(after=86_400)
    assert len(await reading.rows()) == 1
    await decide(reading, DeadLettersReplayed, row)
    await reading.fold_late()
    assert await reading.rows() == []
    assert await reading.differences() == ()


async def test_a_document_goes_on_without_an_event_that_is_discarded(reading: Reading) -> None:
    await story(reading.store, 1)
    reading.is_broken = of_order(1, "payment.processed")
    await reading.follow()
    [row] = await reading.rows()
    await decide(reading, DeadLettersDiscarded, row)
    await reading.fold_late()
    [order] = await reading.database[ORDERS_VIEW.name].find().to_list()
    assert (order["outcome"], order["chargedAt"]) == ("completed", None)
    assert await reading.rows() == []


@pytest.mark.parametrize("lost_after", ["round", "tallies", "totals", "documents"])
async def test_a_crash_in_the_middle_of_a_late_fold_counts_nothing_twice(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, lost_after: str
) -> None:
    await story(reading.store, 1, 2)
    reading.is_broken = of_order(1, "order.created")
    await reading.follow()
    reading.is_broken = lambda _: False
    names = {"round": "", "tallies": TALLIES, "totals": TOTALS, "documents": ORDERS_VIEW.name}
    replace_document = late_folding._replace

    async def crash(collection: Any, document: Document) -> None:
        if names[lost_after]:
            await replace_document(collection, document)
        if not names[lost_after] or collection.name == names[lost_after]:
            raise ConnectionError("crashed")

    monkeypatch.setattr(late_folding, "_replace", crash)
    with pytest.raises(ConnectionError):
        await reading.fold_late()
    monkeypatch.undo()
    reading.start()
    await story(reading.store, 3)
    await reading.follow()
    assert await reading.rows() == []
    assert await reading.differences() == ()


@pytest.mark.parametrize("state", [b"{", b'{"id":"x"}'])
async def test_an_event_that_cannot_be_read_makes_its_order_wait_and_no_other(reading: Reading, state: bytes) -> None:
    await story(reading.store, 1)
    await put_bytes(reading.store, f"order-{order_id(1)}", "order.shipped", state)
    await put(reading.store, *events("payment.refunded", order_id=order_id(1)))
    await story(reading.store, 2)
    await reading.follow()
    rows = [row for row in await reading.rows() if row["view"] == ORDERS_VIEW.name]
    [row] = rows
    assert (row["key"], row["cause"], row["is_unreadable"]) == (order_id(1), "poison", True)
    orders = {order["_id"]: order async for order in reading.database[ORDERS_VIEW.name].find()}
    assert orders[order_id(1)]["refundedAt"] is None
    assert orders[order_id(2)]["outcome"] == "completed"
    await decide(reading, DeadLettersDiscarded, row)
    await reading.fold_late()
    [order] = await reading.database[ORDERS_VIEW.name].find({"_id": order_id(1)}).to_list()
    assert order["refundedAt"] is not None


async def test_an_event_of_a_later_release_reaches_documents_that_went_on_without_it_once_it_can_be_read(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a warehouse's event it is not known which products it is about."""
    await put(reading.store, *events("stock.received", "stock.adjusted"))
    unreadable = {2}

    def decode(stored: Any) -> Envelope:
        if stored.position in unreadable:
            raise Poison("of a later release")
        return codec.decode(stored)

    monkeypatch.setattr(late_folding, "decode", decode)
    monkeypatch.setattr("subscriptions.catch_up.decode", decode)
    await reading.follow()
    await put(reading.store, *events("stock.received"))
    await reading.follow()
    assert {row["view"] for row in await reading.rows()} >= {STOCK_VIEW.name}
    await reading.fold_late()
    assert {row["attempts"] for row in await reading.rows()} == {2}
    unreadable.clear()
    await reading.fold_late()
    assert await reading.rows() == []
    assert await reading.differences() == ()


async def test_documents_that_are_dropped_lack_nothing(reading: Reading) -> None:
    await story(reading.store, 1)
    reading.is_broken = of_order(1, "payment.processed")
    await reading.follow()
    assert len(await reading.rows()) == 1
    await drop_documents(reading.database)
    assert await reading.rows() == []

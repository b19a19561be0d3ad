"""The read side behind one handler, on a real document server, against a real log."""

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

import pytest

from event_store.memory import memory_store
from event_store.records import AppendRequest, Checkpoint
from event_store.store import EventStore
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.projection import Projection
from projectors.verification.report import Report
from projectors.verification.verify import verify
from schemas.codec import Stored
from schemas.documents import (
    AUDIT_VIEWS,
    BOUGHT_TOGETHER_VIEW,
    CHECKPOINTS,
    ORDERS_VIEW,
    PRODUCTS_VIEW,
    SAGAS_VIEW,
    STATISTICS,
    STOCK_VIEW,
    TALLIES,
    TOTALS,
    USERS_VIEW,
    VIEWS,
    Document,
)
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.message import Event
from schemas.order import OrderFact, OrderStatus
from schemas.topics import ORDERS, TOPICS, TopicPartition
from subscriptions.catch_up import CatchUpSubscription
from tests.documents import on_every_server
from tests.examples import EXAMPLES, NOON, ORDER_ID
from tests.histories import COMPLETED, PARTITIONS, REFUSED_BY_THE_CARRIER, HistoryLog, deliver, events, recorded
from tests.unit.streams.fakes import never, order_id

pytestmark = on_every_server
JOINED = (
    "user.created",
    "auth.user.registered",
    "auth.email.claimed",
    "auth.login",
    "security.login.failed",
    "auth.email.verified",
    "user.address.saved",
    "user.role.changed",
    "auth.logout",
)
"""Also what stands in other streams of the same topic."""
CAUSE = Cause(id="m", at=NOON, correlation_id="c")


class Later(OrderFact):
    """An event of a later release."""

    wire_name: ClassVar[str] = "order.of.a.later.release"


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = memory_store()
    yield store
    await store.close()


def of_order(number: int, names: Sequence[str], end: OrderStatus) -> list[Event]:
    """One order's whole story in the log, with ids of its own."""
    about = {
        "order_id": order_id(number),
        "order_number": f"ORD-20260314-{number:05}",
        "payment_id": f"payment-{number}",
    }
    return events(*names, "order.updated", to=end, **about)


REVIEWS = [
    *events("review.submitted", "review.edited", "review.reported", "review.moderated"),
    *events("review.submitted", "review.reported", "review.withdrawn", "review.submitted", user_id="bob"),
]


def story(orders: int = 12) -> list[Envelope]:
    """A delivery, the catalogue, people of whom one is forgotten, and orders of which every third fails."""
    history = events("product.created", "stock.received", "stock.received", "stock.received", "stock.received")
    history = history[:1] + history[1:] * orders
    for number in range(orders):
        if number % 3:
            history += of_order(number, COMPLETED, OrderStatus.SHIPPING_PREPARED)
        else:
            history += of_order(number, REFUSED_BY_THE_CARRIER, OrderStatus.FAILED)
    return recorded([*history, *people("ann", "bob", "eve"), *events("user.erased", user_id="eve"), *REVIEWS])


def people(*names: str) -> list[Event]:
    """What these persons do, in turns."""
    return [event for did in JOINED for name in names for event in events(did, user_id=name)]


async def documents(mongodb: Database) -> dict[str, list[Document]]:
    names = (*(view.name for view in VIEWS), TALLIES, TOTALS)
    return {name: await mongodb[name].find().sort("_id", 1).to_list() for name in names}


async def append_published(store: EventStore, envelopes: Sequence[Envelope]) -> None:
    """Put the story in the log, and say that all of it was published."""
    for envelope in envelopes:
        await store.append(AppendRequest(events=(envelope,)))
    published = tuple(
        Checkpoint("relay", TopicPartition(topic, partition), envelopes[-1].position)
        for topic in TOPICS
        for partition in range(PARTITIONS)
    )
    await store.append(AppendRequest(checkpoints=published))


async def run_verify(store: EventStore, mongodb: Database) -> Report:
    return await verify(store, mongodb, partitions=PARTITIONS)


async def test_the_documents_do_not_depend_on_how_the_log_was_cut(mongodb: Database) -> None:
    await deliver(Projection(MODELS, mongodb, HistoryLog()), story(), batch=7)
    small = await documents(mongodb)
    for name in await mongodb.list_collection_names():
        await mongodb[name].delete_many({})
    await deliver(Projection(MODELS, mongodb, HistoryLog()), story())
    assert await documents(mongodb) == small


async def test_the_same_log_again_changes_nothing(mongodb: Database) -> None:
    projection = Projection(MODELS, mongodb, HistoryLog())
    await deliver(projection, story())
    before = await documents(mongodb)
    await deliver(projection, story(), batch=13)
    assert await documents(mongodb) == before


async def test_it_has_finished_what_all_its_models_have(mongodb: Database) -> None:
    history = recorded(events("order.created"), after=39)
    projection = Projection(MODELS, mongodb, HistoryLog(history))
    assert await projection.checkpoints() == {}
    partition = TopicPartition(ORDERS, 2)
    await projection.handle(partition, [], 40, event_id=history[0].id)
    assert await projection.checkpoints() == {partition: 40}
    await mongodb[CHECKPOINTS].delete_many({"view": ORDERS_VIEW.name})
    assert await projection.checkpoints() == {}


async def test_the_callback_is_called_for_every_view_that_advanced(mongodb: Database) -> None:
    advanced: list[tuple[str, TopicPartition, int]] = []
    projection = Projection(MODELS, mongodb, HistoryLog(), advance=lambda *arguments: advanced.append(arguments))
    await projection.handle(TopicPartition(ORDERS, 2), [], 40, event_id="event-40")
    of_orders = [view.name for view in VIEWS if view.topic == ORDERS]
    assert advanced == [(name, TopicPartition(ORDERS, 2), 40) for name in of_orders]
    assert ORDERS_VIEW.name in of_orders


async def test_a_rebuild_from_the_store_equals_what_was_written_live(mongodb: Database, store: EventStore) -> None:
    await deliver(Projection(MODELS, mongodb, store), story(), batch=5)
    live = await documents(mongodb)
    await append_published(store, story())
    for name in await mongodb.list_collection_names():
        await mongodb[name].delete_many({})
    await CatchUpSubscription(
        store, Projection(MODELS, mongodb, store), partitions=PARTITIONS, on_poison=never
    ).assign()
    assert await documents(mongodb) == live


async def test_a_shop_at_rest_agrees_with_its_log(mongodb: Database, store: EventStore) -> None:
    await append_published(store, story())
    await deliver(Projection(MODELS, mongodb, store), story())
    seen: list[tuple[int, int]] = []
    report = await verify(store, mongodb, partitions=PARTITIONS, progress=lambda *at: seen.append(at))
    assert report.shown == dict.fromkeys(report.shown, ())
    assert report.agrees
    assert report.orders == {"Shipping Prepared": 8, "Failed": 4}
    assert (report.captured, report.refunded) == ({"USD": 12 * 5734}, {"USD": 4 * 5734})
    of_things = [view for view in VIEWS if view not in (*STATISTICS, *AUDIT_VIEWS)]
    shown, counted, audited = [
        [await mongodb[view.name].count_documents({}) for view in views]
        for views in (of_things, STATISTICS, AUDIT_VIEWS)
    ]
    assert (report.behind, sum(shown)) == (0, 12 + 12 + 1 + 2 + 3 + 2)
    assert report.documents == sum(shown) + sum(counted) + sum(audited)
    assert all(counted[2:5])
    assert seen[-1] == (report.events, report.events)


@pytest.mark.parametrize(
    ("name", "change", "guarantee"),
    [
        (ORDERS_VIEW.name, {"paymentStatus": "paid", "status": "Lost"}, "G7"),
        (SAGAS_VIEW.name, {"state": "STUCK"}, "G7"),
        (STOCK_VIEW.name, {"onHand": 1}, "G4"),
        (PRODUCTS_VIEW.name, {"price.amount": 1}, "G7"),
        (USERS_VIEW.name, {"roles": ["admin"]}, "G7"),
        (TALLIES, {"count": 1_000}, "G7"),
        (TOTALS, {"sums.orders": 1_000}, "G7"),
        (BOUGHT_TOGETHER_VIEW.name, {"orders": 1_000}, "G7"),
    ],
)
async def test_a_document_that_was_tampered_with_is_found(
    mongodb: Database, store: EventStore, name: str, change: Document, guarantee: str
) -> None:
    await append_published(store, story())
    await deliver(Projection(MODELS, mongodb, store), story())
    await mongodb[name].update_one({}, {"$set": change})
    report = await run_verify(store, mongodb)
    assert report.findings[guarantee] == 1
    assert not report.agrees


async def test_a_document_that_is_missing_is_found(mongodb: Database, store: EventStore) -> None:
    await append_published(store, story())
    await deliver(Projection(MODELS, mongodb, store), story())
    await mongodb[ORDERS_VIEW.name].delete_one({})
    assert (await run_verify(store, mongodb)).findings["G7"] == 1


async def test_a_view_that_is_behind_is_compared_up_to_its_checkpoint(mongodb: Database, store: EventStore) -> None:
    history = story()
    await append_published(store, history)
    half = next(e.position for e in history if e.position > len(history) // 2 and e.type == "order.updated")
    await deliver(Projection(MODELS, mongodb, store), history[:half])
    report = await run_verify(store, mongodb)
    assert report.findings["G7"] == 0
    assert report.behind > 0


@pytest.mark.parametrize(
    ("history", "guarantee"),
    [
        (of_order(1, COMPLETED[:5], OrderStatus.PAYMENT_PROCESSED), "G6"),
        (of_order(1, (*REFUSED_BY_THE_CARRIER[:13], "order.failed"), OrderStatus.FAILED), "G5"),
        (of_order(1, (*COMPLETED[:4], *COMPLETED[6:]), OrderStatus.SHIPPING_PREPARED), "G5"),
        (events("order.created", "inventory.reserved"), "G4"),
        (events("stock.received", "inventory.released"), "G4"),
    ],
    ids=["under way", "failed without refund", "completed without payment", "oversold", "released what nobody held"],
)
async def test_a_log_that_breaks_a_promise_is_found_out(
    mongodb: Database, store: EventStore, history: list[Event], guarantee: str
) -> None:
    stocked = [] if guarantee == "G4" else events("stock.received")
    await append_published(store, recorded([*stocked, *history]))
    assert (await run_verify(store, mongodb)).findings[guarantee] >= 1


async def test_an_order_an_operator_must_see_is_listed_and_not_a_finding(mongodb: Database, store: EventStore) -> None:
    names = (*REFUSED_BY_THE_CARRIER[:14], "payment.refund.failed", "saga.stuck")
    history = [*events("stock.received"), *events(*names)]
    stuck = EXAMPLES["order.updated"].model_copy(update={"to": OrderStatus.COMPENSATION_STUCK})
    await append_published(store, recorded([*history, stuck]))
    report = await run_verify(store, mongodb)
    assert report.stuck == (ORDER_ID,)
    assert (report.findings["G5"], report.findings["G6"]) == (0, 0)


UNREADABLE = [
    b"",
    b"{",
    b"[]",
    b"{}",
    b"null",
    b'{"data": {}}',
    b'{"data": []}',
    b"\xff\xfe",
    b'{"id": 7, "type": "x"}',
]


@pytest.mark.parametrize("state", UNREADABLE)
@pytest.mark.parametrize("name", ["order.completed", "inventory.reserved", "product.created", "order.number.claimed"])
async def test_an_event_that_cannot_be_read_is_reported_with_its_position_and_the_others_are_checked(
    mongodb: Database, store: EventStore, monkeypatch: pytest.MonkeyPatch, name: str, state: bytes
) -> None:
    """Also one that no read model reads."""
    history = [*events("product.created", "stock.received"), *of_order(1, COMPLETED, OrderStatus.SHIPPING_PREPARED)]
    await append_published(store, recorded(history))
    read = store.log
    [position] = [stored.position for stored in await read(0) if stored.type == name]

    async def log(*arguments: int, **options: int) -> list[Stored]:
        page = await read(*arguments, **options)  # type: ignore[arg-type]
        return [stored._replace(state=state) if stored.position == position else stored for stored in page]

    monkeypatch.setattr(store, "log", log)
    unwatched = Projection(MODELS, mongodb, store)
    await CatchUpSubscription(store, unwatched, partitions=PARTITIONS, on_poison=lambda _: None).assign()
    report = await run_verify(store, mongodb)
    assert report.findings["log"] == 1
    assert f"position {position}" in report.shown["log"][0]
    assert (report.events, report.findings["G2"], report.shown["G7"]) == (len(history), 0, ())
    assert not report.agrees


async def test_an_event_of_a_later_release_is_reported_too(mongodb: Database, store: EventStore) -> None:
    await append_published(store, recorded(events("product.created")))
    await store.append(AppendRequest(events=tuple(wrap_events("order-later", 0, [Later(order_id="later")], CAUSE))))
    report = await run_verify(store, mongodb)
    assert [line.startswith("order-later v1 (order.of.a.later.release)") for line in report.shown["log"]] == [True]
    assert report.events == 2

"""Aggregates and documents of the past are folded alike on every store, as the shop folds them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from event_store.memory import memory_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from history.time_travel import past as pasts
from history.time_travel.aggregates import DECIDERS, read_aggregate
from history.time_travel.documents import MODELS_BY_TITLE, read_document
from history.time_travel.past import Moment, Past
from history.time_travel.plain import as_plain
from history.time_travel.views import rebuild_view
from projectors.models.registry import MODELS
from projectors.read_model import ReadModel
from projectors.verification.refolded_view import RefoldedView
from schemas.codec import decode
from schemas.documents import Document
from schemas.errors import Invalid, NotFound, StreamUnreadable
from schemas.message import Event
from schemas.stream_names import category_of
from schemas.topics import TopicPartition
from schemas.wire import published_to
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import NOON
from tests.examples import ORDER_ID
from tests.histories import PARTITIONS, REFUSED_BY_THE_CARRIER, events, recorded

STORY = (
    "config.changed", "user.created", "auth.email.verified", "user.profile.updated", "product.created",
    "product.price.changed", "stock.received", "product.views.counted", "cart.created", "cart.item.added",
    *REFUSED_BY_THE_CARRIER, "review.submitted", "review.moderated", "user.role.changed", "stock.adjusted",
)  # fmt: skip
SECOND = timedelta(seconds=1)
ORDERS = MODELS_BY_TITLE["orders"]


async def tell(store: EventStore, clock: SetClock, story: Iterable[Event]) -> None:
    """Record a story, each event a second after the one before."""
    for envelope in recorded(story):
        clock.now += SECOND
        await store.append(AppendRequest(events=(envelope,)))


@pytest.fixture
async def told(store: EventStore, clock: SetClock) -> EventStore:
    await tell(store, clock, events(*STORY))
    return store


@pytest.fixture
async def remembered(clock: SetClock) -> EventStore:
    """The same story on the simplest store alone."""
    store = memory_store(clock=clock)
    await tell(store, clock, events(*STORY))
    return store


async def views_at(store: EventStore, position: int) -> dict[str, dict[str, Document]]:
    """The documents of every view, by what it is called, as the whole log up to a position makes them."""
    rows = [row for row in await store.log(0, limit=1_000) if row.position <= position]
    published = [({each.topic: each for each in published_to(row, PARTITIONS)}, decode(row)) for row in rows]
    views = [
        RefoldedView(model, {TopicPartition(model.view.topic, number): position for number in range(PARTITIONS)})
        for model in MODELS
    ]
    for view in views:
        view.apply(published)
    return {view.model.view.title: view.documents for view in views}


async def document(store: EventStore, model: ReadModel, key: str) -> Past:
    return await read_document(store, model, key, partitions=PARTITIONS)


async def test_every_document_is_at_every_position_what_a_rebuild_makes_of_the_log_up_to_it(told: EventStore) -> None:
    head = await told.head()
    keys = {(title, key) for title, documents in (await views_at(told, head)).items() for key in documents}
    assert {title for title, _ in keys} >= {
        "orders",
        "sagas",
        "products",
        "stock",
        "users",
        "carts",
        "config",
        "reviews",
    }
    pasts = {(title, key): await document(told, MODELS_BY_TITLE[title], key) for title, key in sorted(keys)}
    for position in range(head + 1):
        rebuilt = await views_at(told, position)
        for (title, key), past in pasts.items():
            state = await past.as_of(told, Moment(position=position))
            assert state.state == rebuilt[title].get(key), (title, key, position)


async def test_a_whole_view_is_at_every_position_what_the_log_up_to_it_makes(told: EventStore) -> None:
    for position in range(await told.head() + 1):
        rebuilt = await views_at(told, position)
        for title, model in MODELS_BY_TITLE.items():
            assert await rebuild_view(told, model, position, partitions=PARTITIONS) == rebuilt[title]


async def test_every_aggregate_is_at_every_version_what_its_decider_makes_of_it(told: EventStore) -> None:
    streams = {row.stream for row in await told.log(0) if category_of(row.stream) in DECIDERS}
    assert len(streams) >= 8
    for stream in streams:
        decider, envelopes = DECIDERS[category_of(stream)], await told.stream(stream)
        past = await read_aggregate(told, stream)
        for version in range(1, len(envelopes) + 1):
            state = await past.as_of(told, Moment(version=version))
            assert state.state == as_plain(decider.fold(each.event for each in envelopes[:version]))
            assert (state.version, state.versions) == (version, len(envelopes))
            assert state.position == await told.position_of(stream, version)


async def test_a_position_a_version_and_a_time_name_the_same_moment(told: EventStore) -> None:
    past = await document(told, ORDERS, ORDER_ID)
    for step in (await past.as_of(told, Moment())).steps:
        by_version = await past.as_of(told, Moment(version=step.version))
        assert by_version == await past.as_of(told, Moment(position=step.position))
        assert by_version.recorded_at == step.recorded_at
        assert by_version.version == step.version
        assert step.recorded_at is not None
        at = datetime.fromisoformat(step.recorded_at)
        assert await past.as_of(told, Moment(at=at)) == by_version
        assert (await past.as_of(told, Moment(at=at - timedelta(microseconds=1)))).version == step.version - 1


async def test_before_its_first_event_there_is_nothing(remembered: EventStore) -> None:
    past = await document(remembered, ORDERS, ORDER_ID)
    for moment in (Moment(version=0), Moment(position=1), Moment(at=NOON)):
        state = await past.as_of(remembered, moment)
        assert (state.state, state.version, state.position, state.recorded_at) == (None, 0, 0, None)
        assert state.versions > 0


async def test_what_changed_between_two_moments_is_listed_by_field(remembered: EventStore) -> None:
    past = await document(remembered, ORDERS, ORDER_ID)
    state = await past.as_of(remembered, Moment(), since=Moment(version=1))
    changes = {change.path: (change.kind, change.before, change.after) for change in state.changes}
    assert state.since == 1
    assert changes["/outcome"] == ("changed", None, "failed")
    assert changes["/paymentStatus"] == ("changed", "none", "refunded")
    assert changes["/timeline/1"][0] == "added"
    assert "/orderNumber" not in changes
    assert (await past.as_of(remembered, Moment(), since=Moment())).changes == ()
    first = await past.as_of(remembered, Moment(version=1), since=Moment(version=0))
    assert {change.kind for change in first.changes} == {"added"}


async def test_what_is_not_there_or_is_no_moment_of_it_is_refused(remembered: EventStore) -> None:
    for stream in ("order-another", "security-20260301-0", "order_number-7", "nothing"):
        with pytest.raises(NotFound):
            await read_aggregate(remembered, stream)
    with pytest.raises(NotFound):
        await document(remembered, ORDERS, "another")
    past = await document(remembered, ORDERS, ORDER_ID)
    with pytest.raises(Invalid, match="has only"):
        await past.as_of(remembered, Moment(version=1_000))
    with pytest.raises(Invalid, match="one position or time"):
        await past.as_of(remembered, Moment(version=1, position=1))


async def test_too_many_events_for_one_answer_are_refused(remembered: EventStore) -> None:
    with pytest.raises(Invalid, match="more than 2 events"):
        await read_aggregate(remembered, f"saga-{ORDER_ID}", limit=2)
    with pytest.raises(Invalid, match="more than 2 events"):
        await read_document(remembered, ORDERS, ORDER_ID, partitions=PARTITIONS, limit=2)
    with pytest.raises(Invalid, match="to look at"):
        await read_document(remembered, ORDERS, ORDER_ID, partitions=PARTITIONS, look=3)


async def test_steps_are_the_newest_events_and_say_whether_there_are_more(
    remembered: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = await read_aggregate(remembered, f"saga-{ORDER_ID}")
    whole = await past.as_of(remembered, Moment())
    assert ([step.version for step in whole.steps], whole.steps_left_out) == (list(range(1, whole.versions + 1)), False)
    monkeypatch.setattr(pasts, "MAX_STEPS", 2)
    newest = await past.as_of(remembered, Moment())
    assert (newest.steps, newest.steps_left_out) == (whole.steps[-2:], True)


async def test_an_event_that_cannot_be_read_is_named(remembered: EventStore) -> None:
    past = await read_aggregate(remembered, f"order-{ORDER_ID}")
    broken = replace(past, rows=[past.rows[0]._replace(state=b"{}"), *past.rows[1:]])
    with pytest.raises(StreamUnreadable, match=f"order-{ORDER_ID}"):
        await broken.as_of(remembered, Moment())

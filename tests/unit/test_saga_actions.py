"""A preview is what happens: each is compared with what the saga and its order then do."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain.fulfilment.policy import POLICY
from domain.fulfilment.state import State
from domain.order import ORDER
from event_store.memory import memory_store
from event_store.records import AppendRequest
from history.saga_actions import preview_actions
from schemas.message import Event
from schemas.order import OrderCommand, OrderEvent, OrderStatus, OrderUpdated
from schemas.saga import Resolution, SagaStarted, Step
from schemas.saga_actions import SagaActionPreview
from tests.examples import NOON, ORDER_ID
from tests.histories import recorded
from tests.unit.fulfilment_story import (
    CANCELLATION,
    CREATED,
    INVENTORY,
    PAYMENT,
    SHIPPED,
    SHIPPING,
    Story,
    created,
    failed,
    operator,
    reached,
    undone,
)
from tests.unit.test_saga_resolution import proposed, requested, stuck

LATER = NOON + timedelta(minutes=1)


def order_events(commands: Sequence[OrderCommand]) -> list[OrderEvent]:
    """What the order records as its saga commands."""
    events: list[OrderEvent] = [CREATED]
    for command in commands:
        events += ORDER.decide(command, ORDER.fold(events))
    return events


async def previews(story: Story, *more: Event, needs_second: bool = False) -> dict[str, SagaActionPreview]:
    """What could be done now, by the name of the action."""
    store = memory_store()
    await store.append(AppendRequest(events=tuple(recorded([*order_events(story.commands), *story.events, *more]))))
    found = await preview_actions(store, [ORDER_ID], POLICY, LATER, is_second_person_required=needs_second)
    await store.close()
    return {each.action: each for each in found[ORDER_ID]}


def stuck_with_more() -> Story:
    """The cancellation of a parcel was never answered, and what was done before is still to be undone."""
    return reached(PAYMENT, INVENTORY).receive(CANCELLATION).fire_timer(3)


@pytest.mark.parametrize("resolution", ["retry", "mark done", "force fail"])
@pytest.mark.parametrize("story", [stuck(), stuck_with_more()], ids=["the last undo", "the first of three"])
async def test_what_a_way_out_would_do_is_what_it_does(story: Story, resolution: Resolution) -> None:
    assert story.state is State.STUCK
    preview = (await previews(story))[resolution]
    done = story.receive(operator(resolution))
    after = done.saga
    assert preview.state.value == after.state
    assert preview.order_status == ORDER.fold(order_events(done.commands)).status
    assert [each for each in preview.records if not each.startswith("order.")] == [
        each.wire_name for each in done.events[len(story.events) :]
    ]
    assert preview.to_undo == after.to_undo
    asked = [(each.step, each.direction, each.attempt) for each in preview.requests]
    assert asked == ([(after.pending.step, after.pending.direction, after.pending.attempt)] if after.pending else [])
    assert (preview.deadline is None) == (after.pending is None)


async def test_what_is_marked_done_or_left_is_said_before() -> None:
    ways = await previews(stuck_with_more())
    assert ways["retry"].requests[0].step is SHIPPING
    assert (ways["retry"].to_undo, ways["retry"].taken_as_done, ways["retry"].left) == ((INVENTORY, PAYMENT), (), ())
    marked = ways["mark done"]
    assert (marked.requests[0].step, marked.to_undo, marked.taken_as_done) == (INVENTORY, (PAYMENT,), (SHIPPING,))
    forced = ways["force fail"]
    assert (forced.requests[0].step, forced.to_undo, forced.left) == (INVENTORY, (PAYMENT,), (SHIPPING,))
    assert (forced.state, forced.order_status) == ("COMPENSATING", "Failed")


async def test_a_refund_to_come_has_its_amount_and_its_deadline() -> None:
    [refund] = (await previews(stuck()))["retry"].requests
    assert (refund.step, refund.direction, refund.amount, refund.currency) == (PAYMENT, "undo", 5721, "USD")
    assert (await previews(stuck()))["retry"].deadline == LATER + timedelta(seconds=POLICY.undo_timeout)


@pytest.mark.parametrize(
    "story",
    [created(), reached(PAYMENT), reached(PAYMENT, INVENTORY), reached(*Step)],
    ids=["paying", "reserving", "shipping", "completed"],
)
async def test_what_a_cancellation_would_do_is_what_it_does(story: Story) -> None:
    ways = await previews(story)
    assert ways.keys() == {"cancel"}
    done = story.receive(CANCELLATION)
    assert (ways["cancel"].state.value, ways["cancel"].order_status) == (done.state, "Cancelling")
    assert done.saga.pending
    undone_steps = (*(each.step for each in ways["cancel"].requests), *ways["cancel"].to_undo)
    assert undone_steps == (done.saga.pending.step, *done.saga.to_undo)


@pytest.mark.parametrize(
    "story",
    [created().receive(CANCELLATION), created().receive(failed(PAYMENT)), reached(PAYMENT).receive(failed(INVENTORY))],
    ids=["cancelling", "failed", "failing"],
)
async def test_where_nothing_can_be_done_nothing_is_offered(story: Story) -> None:
    assert await previews(story) == {}


async def test_what_has_left_cannot_be_cancelled() -> None:
    shipped = reached(*Step).receive(SHIPPED)
    moved = OrderUpdated(
        order_id=ORDER_ID, from_=OrderStatus.SHIPPING_PREPARED, to=OrderStatus.SHIPPED, reason="shipped"
    )
    assert await previews(shipped, moved) == {}


async def test_a_way_out_that_was_asked_for_leaves_no_other() -> None:
    assert await previews(stuck(), requested()) == {}


async def test_a_second_person_is_needed_for_what_gives_up_an_undo_and_confirms_it() -> None:
    ways = await previews(stuck(), needs_second=True)
    assert {name: way.needs_second_person for name, way in ways.items()} == {
        "retry": False,
        "mark done": True,
        "force fail": True,
    }
    offered = await previews(stuck(), proposed("force fail"), needs_second=True)
    same = {"action": "force fail", "needs_second_person": True}
    assert offered["confirm"].model_copy(update=same) == offered["force fail"]


async def test_an_undo_that_is_answered_late_needs_nobody() -> None:
    late = stuck_with_more().receive(undone(SHIPPING))
    assert late.state is State.COMPENSATING
    assert await previews(late) == {}


async def test_a_saga_by_another_releases_definition_offers_nothing() -> None:
    [started, *rest] = stuck().events
    assert isinstance(started, SagaStarted)
    store = memory_store()
    foreign = started.model_copy(update={"definition_version": 99})
    await store.append(AppendRequest(events=tuple(recorded([*order_events(stuck().commands), foreign, *rest]))))
    assert await preview_actions(store, [ORDER_ID], POLICY, NOON, is_second_person_required=False) == {ORDER_ID: []}
    await store.close()

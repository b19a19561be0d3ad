"""The saga's table: a walk over every message a saga can receive reaches every row, and no others."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from aioutlet.pages.saga import saga_page
from domain.fulfilment.evolve import fold
from domain.fulfilment.inputs import EVENT_TYPES, Input, SagaMessage
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import Saga, State
from domain.fulfilment.step import step
from domain.fulfilment.table import TRANSITIONS, transitions
from schemas.registry import EVENTS
from schemas.topics import ORDERS, ROUTES
from tests.unit.fulfilment_story import INVENTORY_FIRST, Story, possible_messages

LIMIT = 60_000
PATHS_PER_ROW = 5


@cache
def visits(policy: Policy) -> dict[tuple[State, Input], list[tuple[Story, SagaMessage]]]:
    """Some paths to each reachable pair of state and input, shortest first."""
    found: dict[tuple[State, Input], list[tuple[Story, SagaMessage]]] = {}
    for story, message in walk(policy):
        state, meaning = story.receive(message).inputs[-1]
        if meaning and len(paths := found.setdefault((state, meaning), [])) < PATHS_PER_ROW:
            paths.append((story, message))
    return found


def walk(policy: Policy) -> Iterator[tuple[Story, SagaMessage]]:
    """Breadth first; sagas that differ only in the numbers of their attempts count as one."""
    seen = {shape(Story(policy).saga)}
    frontier = [Story(policy)]
    for _ in range(LIMIT):
        if not frontier:
            return
        story = frontier.pop(0)
        for message in possible_messages(story.saga):
            yield story, message
            after = story.receive(message)
            if shape(after.saga) not in seen:
                seen.add(shape(after.saga))
                frontier.append(after)
    pytest.fail("the walk does not end")


def shape(saga: Saga) -> tuple[object, ...]:
    requests = tuple(
        (r.step, r.direction, r.tries, bool(r.retry_at), r.has_timed_out) if r else None
        for r in (saga.pending, saga.suspended)
    )
    end = (saga.ending, saga.failed_step, saga.is_order_ended)
    return saga.state, requests, saga.done, saga.succeeded, saga.to_undo, frozenset(saga.attempts), end


@pytest.mark.parametrize("key", TRANSITIONS, ids=lambda key: f"{key[0]}: {key[1]}")
def test_every_row_is_reached_and_leads_to_its_state(key: tuple[State, Input]) -> None:
    paths = visits(POLICY)[key]
    for story, message in paths:
        after = story.receive(message)
        assert after.state is TRANSITIONS[key].to
        assert after.result.events


@pytest.mark.parametrize("policy", [POLICY, INVENTORY_FIRST], ids=["payment first", "inventory first"])
def test_every_row_can_happen_and_what_has_no_row_changes_nothing(policy: Policy) -> None:
    table = transitions(policy.steps)
    assert set(table) <= set(visits(policy))
    for key in set(visits(policy)) - set(table):
        for story, message in visits(policy)[key]:
            assert story.receive(message).saga == story.saga


@pytest.mark.parametrize("key", TRANSITIONS, ids=lambda key: f"{key[0]}: {key[1]}")
def test_a_message_received_twice_changes_nothing_the_second_time(key: tuple[State, Input]) -> None:
    for story, message in visits(POLICY)[key]:
        once = story.receive(message)
        assert step(once.saga, message, at=once.now, policy=POLICY).events == ()


def test_every_state_is_reachable_and_only_ends_are_terminal() -> None:
    reached = {row.to for row in TRANSITIONS.values()}
    left = {state for (state, _), row in TRANSITIONS.items() if row.to is not state}
    assert reached | {State.NEW} == set(State)
    assert set(State) - left == {State.SHIPPED}
    left_by_surprise = {state for state in left if all(m in SURPRISES for s, m in TRANSITIONS if s is state)}
    assert left_by_surprise == {State.COMPLETED, State.FAILED, State.CANCELLED}


SURPRISES = {Input.CANCELLATION_REQUESTED, Input.RESERVATION_EXPIRED, Input.ORDER_SHIPPED, Input.LATE_SUCCESS}


@pytest.mark.parametrize("policy", [POLICY, INVENTORY_FIRST], ids=["payment first", "inventory first"])
def test_the_saga_stream_alone_gives_the_state_back(policy: Policy) -> None:
    for paths in visits(policy).values():
        for story, message in paths:
            after = story.receive(message)
            assert fold(after.events) == after.saga


def test_every_event_the_saga_reacts_to_is_published_with_its_order() -> None:
    for name in EVENT_TYPES:
        assert name in EVENTS
        assert ORDERS in {route.topic for route in ROUTES[name]}


def test_the_page_about_the_saga_is_current() -> None:
    written = Path(__file__).parents[2] / "docs" / "reference" / "saga.md"
    assert written.read_text(encoding="utf-8") == saga_page(), "run `make reference`"

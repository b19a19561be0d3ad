"""The saga's table tests itself: a walk through everything the world can say reaches every row, and no more."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from aioutlet.pages.saga import page
from domain.fulfilment.context import SagaMessage
from domain.fulfilment.inputs import WANTED, Input
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import Saga, State, fold
from domain.fulfilment.step import step
from domain.fulfilment.table import TRANSITIONS, transitions
from schemas.registry import EVENTS
from schemas.topics import ORDERS, ROUTES
from tests.unit.fulfilment_story import INVENTORY_FIRST, Story, answers

LIMIT = 60_000
WAYS = 5


@cache
def visits(policy: Policy) -> dict[tuple[State, Input], list[tuple[Story, SagaMessage]]]:
    """Some ways to each pair of state and input that messages can bring about, shortest first."""
    found: dict[tuple[State, Input], list[tuple[Story, SagaMessage]]] = {}
    for story, message in walk(policy):
        state, meaning = story.tell(message).meanings[-1]
        if meaning and len(ways := found.setdefault((state, meaning), [])) < WAYS:
            ways.append((story, message))
    return found


def walk(policy: Policy) -> Iterator[tuple[Story, SagaMessage]]:
    """Breadth first; sagas are told apart by all but the numbers of their attempts."""
    seen = {shape(Story(policy).saga)}
    frontier = [Story(policy)]
    for _ in range(LIMIT):
        if not frontier:
            return
        story = frontier.pop(0)
        for message in answers(story.saga):
            yield story, message
            after = story.tell(message)
            if shape(after.saga) not in seen:
                seen.add(shape(after.saga))
                frontier.append(after)
    pytest.fail("the walk does not end")


def shape(saga: Saga) -> tuple[object, ...]:
    turns = tuple(
        (t.step, t.direction, t.tries, bool(t.retry_at)) if t else None for t in (saga.pending, saga.suspended)
    )
    asked = frozenset(saga.asked)
    return saga.state, turns, saga.done, saga.seen, saga.undo, asked, saga.ending, saga.failed_step, saga.ended


@pytest.mark.parametrize("key", TRANSITIONS, ids=lambda key: f"{key[0]}: {key[1]}")
def test_every_row_is_reached_and_leads_where_it_says(key: tuple[State, Input]) -> None:
    ways = visits(POLICY)[key]
    for story, message in ways:
        after = story.tell(message)
        assert after.state is TRANSITIONS[key].to
        assert after.reaction.events


@pytest.mark.parametrize("policy", [POLICY, INVENTORY_FIRST], ids=["payment first", "inventory first"])
def test_every_row_can_happen_and_what_has_no_row_changes_nothing(policy: Policy) -> None:
    table = transitions(policy.steps)
    assert set(table) <= set(visits(policy))
    for key in set(visits(policy)) - set(table):
        for story, message in visits(policy)[key]:
            assert story.tell(message).saga == story.saga


@pytest.mark.parametrize("key", TRANSITIONS, ids=lambda key: f"{key[0]}: {key[1]}")
def test_every_message_told_twice_is_told_once(key: tuple[State, Input]) -> None:
    for story, message in visits(POLICY)[key]:
        once = story.tell(message)
        assert step(once.saga, message, at=once.now, policy=POLICY).events == ()


def test_every_state_is_reachable_and_only_ends_are_terminal() -> None:
    reached = {row.to for row in TRANSITIONS.values()}
    left = {state for (state, _), row in TRANSITIONS.items() if row.to is not state}
    assert reached | {State.NEW} == set(State)
    assert set(State) - left == {State.SHIPPED}
    only_by_surprise = {state for state in left if all(m in SURPRISES for s, m in TRANSITIONS if s is state)}
    assert only_by_surprise == {State.COMPLETED, State.FAILED, State.CANCELLED}


SURPRISES = {Input.CANCELLATION, Input.EXPIRED, Input.SHIPPED, Input.LATE}


@pytest.mark.parametrize("policy", [POLICY, INVENTORY_FIRST], ids=["payment first", "inventory first"])
def test_the_saga_stream_alone_gives_the_state_back(policy: Policy) -> None:
    for ways in visits(policy).values():
        for story, message in ways:
            after = story.tell(message)
            assert fold(after.events) == after.saga


def test_all_the_saga_listens_to_is_published_on_its_order() -> None:
    for name in WANTED:
        assert name in EVENTS
        assert ORDERS in {route.topic for route in ROUTES[name]}


def test_the_page_about_the_saga_is_current() -> None:
    written = Path(__file__).parents[2] / "docs" / "reference" / "saga.md"
    assert written.read_text(encoding="utf-8") == page(), "run `make reference`"

"""Whatever fails, comes late or twice: an order ends once, with all of its effects or with none."""

from collections.abc import Iterator
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fulfilment.evolve import fold
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import State
from schemas.order import CompleteOrder, OrderCancelled, OrderCompleted, OrderFailed, OrderStatus
from schemas.saga import PaymentProcessing, ShippingPreparation, Step
from tests.unit.fulfilment_story import INVENTORY_FIRST
from tests.unit.fulfilment_world import Move, World, opened

MOVES_TO_REST = 300
"""More moves than any order needs once nothing fails any more."""

policies = st.sampled_from([POLICY, INVENTORY_FIRST])
draw_lists = st.lists(st.integers(0, 999), max_size=80)


def run(policy: Policy, draws: list[int]) -> World:
    """The world after these draws, and then without failures until nothing is under way."""
    source = iter(draws)
    world = opened(lambda below: next(source, 0) % below, policy)
    while (draw := next(source, None)) is not None:
        kind, choice = draw % 12, draw // 12
        if kind == 11:
            choose(list(world.disturbances()), choice)
        elif moves := list(world.moves()):
            choose(moves, choice if kind > 7 else 0)
    assert sum(1 for _ in islice(rest(world), MOVES_TO_REST)) < MOVES_TO_REST, "the order never comes to rest"
    return world


def choose(moves: list[Move], choice: int) -> None:
    moves[choice % len(moves)]()


def rest(world: World) -> Iterator[None]:
    while move := next(world.moves(), None):
        move()
        yield


@settings(max_examples=300)
@given(policies, draw_lists)
def test_every_order_ends_and_its_effects_agree_with_its_end(policy: Policy, draws: list[int]) -> None:
    world = run(policy, draws)
    match world.story.state:
        case State.COMPLETED:
            assert world.effects == set(Step)
            assert world.order.status is OrderStatus.SHIPPING_PREPARED
        case State.SHIPPED:
            assert world.effects >= {Step.PAYMENT, Step.SHIPPING}
            assert world.order.status is OrderStatus.SHIPPED
        case State.FAILED:
            assert not world.effects
            assert world.order.status is OrderStatus.FAILED
        case State.CANCELLED:
            assert not world.effects
            assert world.order.status is OrderStatus.CANCELLED
        case unfinished:
            raise AssertionError(f"at rest in {unfinished}")


@settings(max_examples=200)
@given(policies, draw_lists)
def test_an_order_is_ended_once_and_completed_once(policy: Policy, draws: list[int]) -> None:
    world = run(policy, draws)
    ends = [event for event in world.history if isinstance(event, OrderFailed | OrderCancelled)]
    end_commands = [command for command in world.story.ends if not isinstance(command, CompleteOrder)]
    assert len(ends) == len(end_commands) <= 1
    assert sum(isinstance(event, OrderCompleted) for event in world.history) <= 1


@settings(max_examples=200)
@given(policies, draw_lists)
def test_nothing_is_requested_more_than_three_times_in_a_round(policy: Policy, draws: list[int]) -> None:
    events = run(policy, draws).story.events
    for kind in (PaymentProcessing, ShippingPreparation):
        attempts = [event.attempt for event in events if isinstance(event, kind)]
        assert attempts == list(range(1, len(attempts) + 1))
        assert len(attempts) <= policy.max_attempts


@settings(max_examples=200)
@given(policies, draw_lists)
def test_replaying_the_saga_stream_gives_the_live_state(policy: Policy, draws: list[int]) -> None:
    story = run(policy, draws).story
    assert fold(story.events) == story.saga

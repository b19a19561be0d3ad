"""One order's state machine, explored to its end: whatever comes late, fails or crosses, nothing ever disagrees."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from aioutlet.order_states.exploration import FEW_ATTEMPTS, Exploration, explore
from aioutlet.order_states.world import World
from domain.fulfilment.inputs import STEP_ANSWERS, Input
from domain.fulfilment.state import PROCESSING, State
from domain.fulfilment.table import transitions
from domain.order import ENDED, FORWARD, ON_ITS_WAY
from domain.payment import PaymentPhase
from domain.shipment import LEFT, ShipmentPhase
from domain.warehouse.state import LIVE, HoldPhase
from schemas.errors import AIOutletError, OrderNotReady, OrderOnItsWay, TransitionRefused
from schemas.order import OrderStatus
from schemas.saga import Step
from streams.provider_books import EntryState

OTHER_ORDERS = tuple(
    replace(FEW_ATTEMPTS, steps=steps, max_attempts=1) for steps in permutations(Step) if steps != FEW_ATTEMPTS.steps
)
"""One attempt is enough to try what depends on the order of the steps."""
UNDONE = (State.FAILED, State.CANCELLED)
ENDS = (State.COMPLETED, State.SHIPPED, *UNDONE)


@pytest.fixture(scope="module", params=[FEW_ATTEMPTS, *OTHER_ORDERS], ids=lambda policy: ", ".join(policy.steps))
def explored(request: pytest.FixtureRequest) -> Exploration:
    return explore(request.param)


def assert_never(explored: Exploration, is_wrong: Callable[[World], bool]) -> None:
    """Show a shortest way to the first world that is wrong."""
    assert_none(explored, explored.where(is_wrong))


def assert_at_rest(explored: Exploration, is_right: Callable[[World], bool]) -> None:
    assert_none(explored, (number for number in explored.at_rest if not is_right(explored.worlds[number])))


def assert_none(explored: Exploration, numbers: Iterable[int]) -> None:
    for number in numbers:
        pytest.fail("\n".join(["in the end it is wrong:", *explored.history(number)]))


def status(world: World) -> OrderStatus | None:
    return world.order.value.order.status


def state(world: World) -> State:
    return world.saga.value.state


def hold(world: World) -> HoldPhase | None:
    return world.stock.value.phase


def test_the_exploration_is_of_many_worlds(explored: Exploration) -> None:
    """A mistake that ends it early would make all other tests pass."""
    assert len(explored.worlds) > 5_000
    assert {state(world) for world in explored.worlds} == set(State)
    assert {status(world) for world in explored.worlds} >= set(OrderStatus) - set(FORWARD)
    assert {hold(world) for world in explored.worlds} == {None, *HoldPhase}


@pytest.mark.parametrize(
    "pair",
    [
        {"the cancellation is requested", "an admin ships"},
        {"the reservation expires", "the warehouse reads `inventory.confirmation`"},
        {"the deadline of payment passes", "the saga reads `payment.processed`"},
        {"the deadline of undoing payment passes", "the saga reads `payment.refunded`"},
        {"the saga reads `order.cancellation.requested`", "the saga reads `shipping.prepared`"},
        {"the saga reads `inventory.expired`", "an admin ships"},
        {"an operator orders a retry", "the saga reads `payment.refunded`"},
        {"the provider charges late", "the provider has nothing to refund yet"},
    ],
    ids=lambda pair: " and ".join(sorted(pair)),
)
def test_what_crosses_happens_in_both_orders(pair: set[str]) -> None:
    """Where both may happen next, both are tried first."""
    explored = explore(FEW_ATTEMPTS)
    assert any(pair <= {move.name for move in explored.machine.moves(world)} for world in explored.worlds)


STATUSES = {
    State.NEW: {OrderStatus.PENDING},
    **dict.fromkeys(PROCESSING.values(), set(FORWARD) - {OrderStatus.PENDING}),
    State.COMPLETED: {OrderStatus.SHIPPING_PREPARED},
    State.SHIPPED: set(ON_ITS_WAY),
    State.COMPENSATING: {OrderStatus.FAILING, OrderStatus.CANCELLING},
    State.STUCK: {OrderStatus.COMPENSATION_STUCK},
    State.FAILED: {OrderStatus.FAILED},
    State.CANCELLED: {OrderStatus.CANCELLED},
}


def test_the_status_agrees_with_the_saga(explored: Exploration) -> None:
    """An order that has ended stays so while something late is undone."""

    def disagrees(world: World) -> bool:
        has_ended = world.saga.value.is_order_ended
        return status(world) not in (ENDED if has_ended else STATUSES[state(world)])

    assert_never(explored, disagrees)


def test_an_order_is_complete_exactly_when_its_saga_says_so(explored: Exploration) -> None:
    done = (State.COMPLETED, State.SHIPPED)
    assert_never(explored, lambda world: state(world) in done and not world.order.value.order.is_completed)


def test_goods_that_left_are_taken_out_of_stock_once_and_never_released(explored: Exploration) -> None:
    def is_wrong(world: World) -> bool:
        dispatches = len(world.stock.value.dispatches)
        if status(world) in ON_ITS_WAY:
            return (hold(world), dispatches) not in ((HoldPhase.CONFIRMED, 1), (HoldPhase.COMMITTED, 0))
        return hold(world) is HoldPhase.COMMITTED or dispatches > 0

    assert_never(explored, is_wrong)


def test_a_shipment_has_left_exactly_when_its_order_is_shipped(explored: Exploration) -> None:
    def has_left(world: World) -> bool:
        return world.shipping.value.shipment.phase in LEFT

    assert_never(explored, lambda world: has_left(world) != (status(world) in ON_ITS_WAY))


def test_the_level_agrees_with_the_hold(explored: Exploration) -> None:
    def is_wrong(world: World) -> bool:
        level = world.stock.value.level
        return level != (hold(world) is not HoldPhase.COMMITTED, hold(world) in LIVE)

    assert_never(explored, is_wrong)


def test_what_is_completed_is_paid_for(explored: Exploration) -> None:
    def is_unpaid(world: World) -> bool:
        payment = world.payment.value
        is_charged = payment.payment.phase is PaymentPhase.CHARGED and payment.books.state is EntryState.CHARGED
        return state(world) in (State.COMPLETED, State.SHIPPED) and not is_charged

    assert_never(explored, is_unpaid)


def test_an_order_at_rest_has_ended_or_waits_for_an_operator(explored: Exploration) -> None:
    assert_at_rest(explored, lambda world: state(world) in (*ENDS, State.STUCK))


def test_of_an_order_that_failed_or_was_cancelled_nothing_is_kept(explored: Exploration) -> None:
    def is_undone(world: World) -> bool:
        payment = world.payment.value
        is_charged = payment.payment.phase is PaymentPhase.CHARGED or payment.books.state is EntryState.CHARGED
        has_label = world.shipping.value.shipment.phase is ShipmentPhase.PREPARED
        return not (is_charged or has_label or hold(world) in LIVE)

    assert_at_rest(explored, lambda world: state(world) not in UNDONE or is_undone(world))


def test_the_stock_of_an_order_is_confirmed_when_it_is_completed_and_gone_when_it_is_shipped(
    explored: Exploration,
) -> None:
    holds = {State.COMPLETED: HoldPhase.CONFIRMED, State.SHIPPED: HoldPhase.COMMITTED}
    assert_at_rest(explored, lambda world: hold(world) is holds.get(state(world), hold(world)))


def test_a_cancellation_that_was_accepted_leads_to_one_unless_the_order_fails(explored: Exploration) -> None:
    def is_requested(world: World) -> bool:
        return world.order.value.order.is_cancellation_requested

    assert_at_rest(explored, lambda world: not is_requested(world) or state(world) in (*UNDONE, State.STUCK))


def test_an_end_can_be_reached_from_everywhere(explored: Exploration) -> None:
    ends = (number for number in explored.at_rest if state(explored.worlds[number]) in ENDS)
    assert_none(explored, set(range(len(explored.worlds))) - explored.leading_to(ends))


def test_what_is_stuck_always_has_a_way_out(explored: Exploration) -> None:
    left = explored.leading_to(explored.where(lambda world: state(world) is State.COMPENSATING))
    assert_none(explored, set(explored.where(lambda world: state(world) is State.STUCK)) - left)


def test_an_admin_ships_only_what_is_complete_and_confirmed_and_learns_why_else(explored: Exploration) -> None:
    reasons = set()
    for number, world in enumerate(explored.worlds):
        answer = explored.machine.people.ship(world)
        if isinstance(answer, AIOutletError):
            assert answer.detail
            reasons.add(type(answer))
        elif answer == world:
            assert status(world) is OrderStatus.SHIPPED
        elif (state(world), hold(world)) != (State.COMPLETED, HoldPhase.CONFIRMED):
            assert_none(explored, [number])
    assert reasons == {OrderNotReady, TransitionRefused}


def test_a_customer_cancels_whatever_has_not_left_and_learns_why_else(explored: Exploration) -> None:
    for number, world in enumerate(explored.worlds):
        answer = explored.machine.people.cancel(world)
        if isinstance(answer, AIOutletError) != (status(world) in ON_ITS_WAY):
            assert_none(explored, [number])
        assert isinstance(answer, World | OrderOnItsWay)


BEING_UNDONE = (State.COMPENSATING, State.STUCK, *UNDONE)
NO_EFFECT = {
    *((state, Input.CANCELLATION_REQUESTED) for state in BEING_UNDONE),
    *((state, Input.RESERVATION_EXPIRED) for state in (*BEING_UNDONE, State.SHIPPED)),
    *((state, Input.RETRY_ORDERED) for state in State if state is not State.STUCK),
    (State.STUCK, Input.STEP_FAILED),
    (State.SHIPPED, Input.ORDER_SHIPPED),
}
"""All that may come too late to matter: everything is undone already, or the goods have left."""


def test_whatever_comes_late_has_its_row_unless_it_cannot_matter(explored: Exploration) -> None:
    assert explored.machine.met - transitions(explored.policy.steps).keys() <= NO_EFFECT


def test_a_success_means_nothing_only_where_it_is_known_or_asked_for_again(explored: Exploration) -> None:
    for saga, message in explored.machine.meaningless:
        answer = STEP_ANSWERS.get(type(message))
        if answer and answer.is_success:
            asked = {request.step for request in (saga.pending, saga.suspended) if request}
            known = saga.succeeded if answer.direction == "forward" else set(Step) - saga.done | set(saga.to_undo)
            assert answer.step in asked | known, (saga, message)


NOT_BY_THE_DOORS_OF_TODAY = {
    Input.ORDER_SHIPPED,
    Input.MARKED_DONE,
    Input.LAST_MARKED_DONE_FAILING,
    Input.LAST_MARKED_DONE_CANCELLING,
    Input.FAILURE_FORCED,
    Input.LAST_FAILURE_FORCED,
}
"""Shipping closes the saga itself since there was a log; operators can only retry."""


def test_every_row_of_the_table_is_met() -> None:
    missed = transitions(FEW_ATTEMPTS.steps).keys() - explore(FEW_ATTEMPTS).machine.met
    assert {meaning for _, meaning in missed} == NOT_BY_THE_DOORS_OF_TODAY

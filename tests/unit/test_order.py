"""One order: priced by the server, moved by the saga, shipped and delivered by an admin, ended once."""

from collections.abc import Sequence

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.order import ADMIN_MOVES, ENDED, FORWARD, ON_ITS_WAY, ORDER, SAGA_MOVES, UNDOING
from domain.pricing import RULES
from schemas.errors import AIOutletError, Invalid, NotFound, OrderOnItsWay, TotalDiffers, TransitionRefused
from schemas.order import (
    CancelOrder,
    CompleteOrder,
    DeliverOrder,
    FailOrder,
    MoveOrder,
    OrderCancellationRequested,
    OrderCancelled,
    OrderCommand,
    OrderCompleted,
    OrderCreated,
    OrderDelivered,
    OrderEvent,
    OrderFailed,
    OrderLine,
    OrderShipped,
    OrderStatus,
    OrderUpdated,
    PaymentMethod,
    PlaceOrder,
    RequestCancellation,
    ShipOrder,
)
from schemas.sealed import Sealed
from tests.spec import decide_all, given

S = OrderStatus
ADDRESS = Sealed(subject="c-1", key="dev", nonce="bm9uY2U", text="dGV4dA")
LINES = (
    OrderLine(product_id="milk", name="Whole milk", quantity=2, unit_price=249),
    OrderLine(product_id="bread", name="Rye bread", quantity=1, unit_price=399),
)
PLACE = PlaceOrder(
    order_id="o-1",
    order_number="ORD-20260301-0000A",
    customer_id="c-1",
    lines=LINES,
    currency="USD",
    terms=RULES["2026-1"].terms(region="US-CA", currency="USD"),
    shipping_address=ADDRESS,
    billing_address=ADDRESS,
    payment_method=PaymentMethod(),
)
CREATED = OrderCreated(
    order_id="o-1",
    order_number="ORD-20260301-0000A",
    customer_id="c-1",
    items=LINES,
    subtotal=897,
    tax=65,
    shipping=599,
    total_amount=1_561,
    currency="USD",
    rules_version="2026-1",
    shipping_address=ADDRESS,
    billing_address=ADDRESS,
    payment_method=PaymentMethod(),
)
REQUEST = RequestCancellation(order_id="o-1", by="c-1")
REQUESTED = OrderCancellationRequested(order_id="o-1", by="c-1", reason="customer request")
COMPLETE = CompleteOrder(order_id="o-1")
COMPLETED = OrderCompleted(order_id="o-1")
FAIL = FailOrder(order_id="o-1", reason="card declined", failed_step="payment")
FAILED = OrderFailed(order_id="o-1", reason="card declined", failed_step="payment")
CANCEL = CancelOrder(order_id="o-1", reason="customer request")
CANCELLED = OrderCancelled(order_id="o-1", reason="customer request")
SHIP = ShipOrder(order_id="o-1")
SHIPPED = OrderShipped(order_id="o-1")
DELIVER = DeliverOrder(order_id="o-1")
DELIVERED = OrderDelivered(order_id="o-1")


def move(to: OrderStatus) -> MoveOrder:
    return MoveOrder(order_id="o-1", to=to, reason="the saga says so")


def moved(from_: OrderStatus, to: OrderStatus, reason: str = "the saga says so") -> OrderUpdated:
    return OrderUpdated(order_id="o-1", from_=from_, to=to, reason=reason)


def at(status: OrderStatus) -> Sequence[OrderEvent]:
    """A past that leads to this status."""
    return [CREATED] if status is S.PENDING else [CREATED, moved(S.PENDING, status)]


def test_an_order_is_placed_with_the_servers_total() -> None:
    given(ORDER).when(PLACE).then(CREATED)


def test_the_total_the_customer_saw_is_accepted_when_it_is_right() -> None:
    given(ORDER).when(PLACE.model_copy(update={"stated_total": 1_561})).then(CREATED)


def test_another_total_is_refused_with_the_quote() -> None:
    wrong = PLACE.model_copy(update={"stated_total": 1_560})
    given(ORDER).when(wrong).refused(
        TotalDiffers, subtotal=897, tax=65, shipping=599, totalAmount=1_561, currency="USD"
    )


def test_an_order_without_lines_is_invalid() -> None:
    given(ORDER).when(PLACE.model_copy(update={"lines": ()})).refused(Invalid)


def test_placing_it_again_decides_nothing() -> None:
    given(ORDER, CREATED).when(PLACE).then()


@pytest.mark.parametrize(
    "command", [move(S.PROCESSING), COMPLETE, FAIL, CANCEL, REQUEST, SHIP, DELIVER], ids=lambda c: type(c).__name__
)
def test_an_unknown_order_is_not_found(command: OrderCommand) -> None:
    given(ORDER).when(command).refused(NotFound, orderId="o-1")


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("to", list(S))
def test_the_saga_moves_an_order_only_as_its_table_says(status: OrderStatus, to: OrderStatus) -> None:
    scenario = given(ORDER, *at(status)).when(move(to))
    if to in SAGA_MOVES.get(status, ()):
        scenario.then(moved(status, to))
    elif to is status or {to, status} <= set(FORWARD):
        scenario.then()
    else:
        scenario.refused(TransitionRefused, current=status, allowed=[])


def test_the_saga_never_moves_an_order_back() -> None:
    for place, status in enumerate(FORWARD):
        assert not SAGA_MOVES[status] & set(FORWARD[: place + 1])


def test_an_order_goes_through_every_status() -> None:
    events = decide_all(ORDER, PLACE, *map(move, FORWARD[1:]), COMPLETE, SHIP, DELIVER)
    assert [event.to for event in events if isinstance(event, OrderUpdated)] == [*FORWARD[1:], S.SHIPPED, S.DELIVERED]


def test_a_prepared_order_completes_once_and_stays_where_it_is() -> None:
    given(ORDER, *at(S.SHIPPING_PREPARED)).when(COMPLETE).then(COMPLETED)
    given(ORDER, *at(S.SHIPPING_PREPARED), COMPLETED).when(COMPLETE).then()
    given(ORDER, *at(S.PROCESSING)).when(COMPLETE).refused(TransitionRefused, current=S.PROCESSING, allowed=[])


@pytest.mark.parametrize("status", [*FORWARD, *sorted(UNDOING)])
def test_an_order_that_has_not_ended_can_fail_or_be_cancelled(status: OrderStatus) -> None:
    given(ORDER, *at(status)).when(FAIL).then(FAILED, moved(status, S.FAILED, "card declined"))
    given(ORDER, *at(status)).when(CANCEL).then(CANCELLED, moved(status, S.CANCELLED, "customer request"))


@pytest.mark.parametrize("status", sorted(ENDED | ON_ITS_WAY))
def test_an_order_ends_once(status: OrderStatus) -> None:
    for command, end in ((FAIL, S.FAILED), (CANCEL, S.CANCELLED)):
        scenario = given(ORDER, *at(status)).when(command)
        if status is end:
            scenario.then()
        else:
            scenario.refused(TransitionRefused, current=status, allowed=[])


@pytest.mark.parametrize("status", FORWARD)
def test_a_cancellation_is_requested_once(status: OrderStatus) -> None:
    given(ORDER, *at(status)).when(REQUEST).then(REQUESTED)
    given(ORDER, *at(status), REQUESTED).when(REQUEST).then()


@pytest.mark.parametrize("status", sorted(ENDED | UNDOING))
def test_requesting_the_cancellation_of_an_order_that_is_being_undone_decides_nothing(status: OrderStatus) -> None:
    given(ORDER, *at(status)).when(REQUEST).then()


@pytest.mark.parametrize("status", sorted(ON_ITS_WAY))
def test_a_shipped_order_is_not_cancelled(status: OrderStatus) -> None:
    given(ORDER, *at(status)).when(REQUEST).refused(OrderOnItsWay)


def test_a_prepared_order_is_shipped_and_a_shipped_one_delivered() -> None:
    to_shipped = moved(S.SHIPPING_PREPARED, S.SHIPPED, "set to Shipped")
    to_delivered = moved(S.SHIPPED, S.DELIVERED, "set to Delivered")
    given(ORDER, *at(S.SHIPPING_PREPARED)).when(SHIP).then(SHIPPED, to_shipped)
    given(ORDER, *at(S.SHIPPED)).when(DELIVER).then(DELIVERED, to_delivered)


def test_shipping_or_delivering_again_decides_nothing() -> None:
    given(ORDER, *at(S.SHIPPED)).when(SHIP).then()
    given(ORDER, *at(S.DELIVERED)).when(DELIVER).then()


@pytest.mark.parametrize("status", sorted(set(S) - {S.SHIPPING_PREPARED, S.SHIPPED}))
def test_nothing_else_is_shipped_and_the_refusal_says_what_is_allowed(status: OrderStatus) -> None:
    given(ORDER, *at(status)).when(SHIP).refused(TransitionRefused, allowed=list(ADMIN_MOVES.get(status, ())))


@pytest.mark.parametrize("status", sorted(set(S) - {S.SHIPPED, S.DELIVERED}))
def test_nothing_else_is_delivered(status: OrderStatus) -> None:
    given(ORDER, *at(status)).when(DELIVER).refused(TransitionRefused, allowed=list(ADMIN_MOVES.get(status, ())))


def test_an_order_with_a_requested_cancellation_is_not_shipped() -> None:
    given(ORDER, *at(S.SHIPPING_PREPARED), REQUESTED).when(SHIP).refused(TransitionRefused, allowed=[])


def test_the_allowed_moves_depend_on_the_status() -> None:
    assert ORDER.fold(at(S.PENDING)).allowed == (S.CANCELLED,)
    assert ORDER.fold(at(S.SHIPPING_PREPARED)).allowed == (S.SHIPPED, S.CANCELLED)
    assert ORDER.fold(at(S.FAILED)).allowed == ()
    assert ORDER.initial.allowed == ()


COMMANDS: list[OrderCommand] = [PLACE, *map(move, S), COMPLETE, FAIL, CANCEL, REQUEST, SHIP, DELIVER]


def decide_unless_refused(commands: Sequence[OrderCommand]) -> list[OrderEvent]:
    """The events of these commands, decided in turn; refused ones lead to none."""
    events: list[OrderEvent] = [CREATED]
    for command in commands:
        try:
            events.extend(ORDER.decide(command, ORDER.fold(events)))
        except AIOutletError:
            continue
    return events


@for_all(st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_an_order_ends_at_most_once_and_never_after_it_was_shipped(commands: list[OrderCommand]) -> None:
    events = decide_unless_refused(commands)
    ends = [event for event in events if isinstance(event, OrderFailed | OrderCancelled | OrderShipped)]
    assert len(ends) <= 1
    assert sum(isinstance(event, OrderCompleted) for event in events) <= 1


@for_all(st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_every_move_starts_where_the_last_one_ended(commands: list[OrderCommand]) -> None:
    moves = [event for event in decide_unless_refused(commands) if isinstance(event, OrderUpdated)]
    assert [move.from_ for move in moves] == [S.PENDING, *(move.to for move in moves)][: len(moves)]


@for_all(st.lists(st.sampled_from(COMMANDS), max_size=30), st.sampled_from(COMMANDS))
def test_a_repeated_command_decides_nothing(commands: list[OrderCommand], command: OrderCommand) -> None:
    events = decide_unless_refused([*commands, command])
    assert decide_unless_refused([*commands, command, command]) == events

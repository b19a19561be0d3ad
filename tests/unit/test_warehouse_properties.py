"""The invariants of a warehouse under any commands, in any order, however often."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import domain.warehouse.state
from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.signals import Signal
from domain.warehouse.snapshot import dump, load
from domain.warehouse.state import LIVE, Hold, HoldPhase, Warehouse
from schemas.errors import Refused
from schemas.warehouse import (
    AdjustStock,
    CommitReservation,
    ConfirmReservation,
    ExpireReservation,
    InventoryCommitted,
    InventoryFailed,
    InventoryReleased,
    ReceivedLine,
    ReceiveStock,
    ReleaseStock,
    ReserveStock,
    SignalStock,
    StockAdjusted,
    StockLine,
    StockLow,
    StockOut,
    StockReceived,
    StockReplenished,
    WarehouseCommand,
    WarehouseEvent,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRODUCTS = ("bread", "eggs", "milk")


def receive(receipt_id: str, quantities: dict[str, int]) -> ReceiveStock:
    items = tuple(ReceivedLine(product_id=product_id, quantity=n) for product_id, n in quantities.items())
    return ReceiveStock(receipt_id=receipt_id, items=items)


def adjust(adjustment_id: str, product_id: str, delta: int) -> AdjustStock:
    return AdjustStock(adjustment_id=adjustment_id, product_id=product_id, delta=delta, reason="counted", by="ann")


def reserve(order_id: str, quantities: dict[str, int], attempt: int, expires_at: datetime) -> ReserveStock:
    items = tuple(StockLine(product_id=product_id, quantity=n) for product_id, n in quantities.items())
    return ReserveStock(warehouse_id="main", order_id=order_id, items=items, attempt=attempt, expires_at=expires_at)


ORDERS = st.sampled_from(["o-1", "o-2", "o-3", "o-4"])
IDS = st.integers(1, 6).map(str)
QUANTITIES = st.dictionaries(st.sampled_from(PRODUCTS), st.integers(1, 9), min_size=1)
ATTEMPTS = st.integers(1, 3)
MOMENTS = st.integers(0, 60).map(lambda minutes: NOON + timedelta(minutes=minutes))

RESERVE = st.builds(reserve, ORDERS, QUANTITIES, ATTEMPTS, MOMENTS)
RECEIVE = st.builds(receive, IDS, QUANTITIES)
COMMANDS: st.SearchStrategy[WarehouseCommand] = st.one_of(
    RECEIVE,
    RESERVE,
    st.builds(adjust, IDS, st.sampled_from(PRODUCTS), st.integers(-9, 9)),
    st.builds(lambda order, n: ReleaseStock(warehouse_id="main", order_id=order, attempt=n), ORDERS, ATTEMPTS),
    st.builds(lambda order: ConfirmReservation(warehouse_id="main", order_id=order), ORDERS),
    st.builds(lambda order, now: ExpireReservation(warehouse_id="main", order_id=order, now=now), ORDERS, MOMENTS),
    st.builds(lambda order: CommitReservation(warehouse_id="main", order_id=order), ORDERS),
)
COMMAND_LISTS = st.lists(COMMANDS, max_size=40)


def decide_in_turn(commands: Sequence[WarehouseCommand]) -> Iterator[tuple[Sequence[WarehouseEvent], Warehouse]]:
    """The events of each command and the state after it; a refused command has none."""
    warehouse = WAREHOUSE.initial
    for command in commands:
        try:
            events = WAREHOUSE.decide(command, warehouse)
        except Refused:
            events = ()
        warehouse = WAREHOUSE.fold(events, warehouse)
        yield events, warehouse


def end_of(commands: Sequence[WarehouseCommand]) -> Warehouse:
    return [WAREHOUSE.initial, *(warehouse for _, warehouse in decide_in_turn(commands))][-1]


def history(commands: Sequence[WarehouseCommand]) -> list[WarehouseEvent]:
    return [event for events, _ in decide_in_turn(commands) for event in events]


@for_all(COMMAND_LISTS)
def test_reserved_is_never_negative_and_never_more_than_on_hand(commands: list[WarehouseCommand]) -> None:
    for _, warehouse in decide_in_turn(commands):
        assert all(0 <= level.reserved <= level.on_hand for level in warehouse.levels.values())


@for_all(COMMAND_LISTS)
def test_reserved_is_the_sum_of_what_is_held(commands: list[WarehouseCommand]) -> None:
    warehouse = end_of(commands)
    held = dict.fromkeys(PRODUCTS, 0)
    for hold in warehouse.holds.values():
        assert hold.phase in LIVE
        for product_id, quantity in hold.quantities:
            held[product_id] += quantity
    assert held == {product_id: warehouse.level(product_id).reserved for product_id in PRODUCTS}


@for_all(COMMAND_LISTS)
def test_on_hand_is_received_and_adjusted_less_shipped(commands: list[WarehouseCommand]) -> None:
    on_hand = dict.fromkeys(PRODUCTS, 0)
    for event in history(commands):
        match event:
            case StockReceived() | InventoryCommitted():
                sign = 1 if isinstance(event, StockReceived) else -1
                for line in event.items:
                    on_hand[line.product_id] += sign * line.quantity
            case StockAdjusted():
                on_hand[event.product_id] += event.delta
            case _:
                pass
    assert on_hand == {product_id: end_of(commands).level(product_id).on_hand for product_id in PRODUCTS}


@for_all(COMMAND_LISTS, COMMANDS)
def test_a_second_delivery_decides_nothing(commands: list[WarehouseCommand], command: WarehouseCommand) -> None:
    assert history([*commands, command, command]) == history([*commands, command])


@for_all(COMMAND_LISTS, RESERVE)
def test_every_new_attempt_to_reserve_is_answered_unless_the_goods_left(
    commands: list[WarehouseCommand], request: ReserveStock
) -> None:
    warehouse = end_of(commands)
    anew = request.model_copy(update={"attempt": 9, "expires_at": NOON + timedelta(hours=2)})
    hold = warehouse.hold(request.order_id)
    is_gone = hold is not None and hold.phase is HoldPhase.COMMITTED
    assert bool(WAREHOUSE.decide(anew, warehouse)) is not is_gone


@for_all(COMMAND_LISTS)
def test_a_failed_reservation_changes_no_level(commands: list[WarehouseCommand]) -> None:
    before = WAREHOUSE.initial
    for events, after in decide_in_turn(commands):
        if any(isinstance(event, InventoryFailed) for event in events):
            assert after.levels == before.levels
        before = after


@for_all(COMMAND_LISTS)
def test_a_signal_comes_exactly_when_the_threshold_is_crossed(commands: list[WarehouseCommand]) -> None:
    before = WAREHOUSE.initial
    for events, after in decide_in_turn(commands):
        given = {(type(event), event.product_id) for event in events if isinstance(event, Signal)}
        levels = [(each, before.level(each).available, after.level(each).available) for each in PRODUCTS]
        assert given == {
            *((StockOut, each) for each, old, new in levels if new == 0 < old),
            *((StockLow, each) for each, old, new in levels if 0 < new <= 10 < old),
            *((StockReplenished, each) for each, old, new in levels if old == 0 < new),
        }
        before = after


class Signals(RuleBasedStateMachine):
    """One warehouse under any commands, beside what somebody believes who reads only its signals."""

    def __init__(self) -> None:
        super().__init__()
        self.warehouse = WAREHOUSE.initial
        self.believed: dict[str, bool] = {}

    @rule(command=COMMANDS)
    def decide(self, command: WarehouseCommand) -> None:
        try:
            events = WAREHOUSE.decide(command, self.warehouse)
        except Refused:
            return
        for event in events:
            if isinstance(event, StockReplenished | StockOut):
                self.believed[event.product_id] = isinstance(event, StockReplenished)
        self.warehouse = WAREHOUSE.fold(events, self.warehouse)
        for event in events:
            if isinstance(event, StockReplenished | StockLow):
                assert event.available == self.warehouse.level(event.product_id).available

    @rule()
    def load_a_snapshot(self) -> None:
        self.warehouse = load(dump(self.warehouse))

    @invariant()
    def what_the_signals_say_is_so(self) -> None:
        for product_id in PRODUCTS:
            available = self.warehouse.level(product_id).available
            assert self.believed.get(product_id, False) is bool(available)
            assert (product_id in self.warehouse.in_stock) is bool(available)

    @invariant()
    def none_is_missing(self) -> None:
        assert WAREHOUSE.decide(SignalStock(warehouse_id="main"), self.warehouse) == []


TestSignals = Signals.TestCase


@for_all(COMMAND_LISTS)
def test_a_log_without_signals_is_brought_up_to_date_by_one_request(commands: list[WarehouseCommand]) -> None:
    old = WAREHOUSE.fold(event for event in history(commands) if not isinstance(event, Signal))
    given = WAREHOUSE.decide(SignalStock(warehouse_id="main"), old)
    now = WAREHOUSE.fold(given, old)
    assert set(now.in_stock) == {each for each in PRODUCTS if now.level(each).available}
    assert (now.levels, len(given)) == (old.levels, len(now.in_stock))


@for_all(COMMAND_LISTS)
def test_a_snapshot_is_loaded_as_the_state(commands: list[WarehouseCommand]) -> None:
    warehouse = end_of(commands)
    assert load(dump(warehouse)) == warehouse


def release(order_id: str) -> InventoryReleased:
    return InventoryReleased(warehouse_id="main", order_id=order_id, reservation_id=None, items=())


def test_ended_holds_are_forgotten_a_generation_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain.warehouse.state, "GENERATION_SIZE", 10)
    warehouse = WAREHOUSE.fold(release(f"o-{n}") for n in range(95))
    remembered = [n for n in range(95) if warehouse.hold(f"o-{n}")]
    assert remembered == list(range(80, 95))


def test_an_open_hold_is_never_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain.warehouse.state, "GENERATION_SIZE", 10)
    held = WAREHOUSE.decide(
        ReserveStock(warehouse_id="main", order_id="open", items=(), attempt=1, expires_at=NOON), WAREHOUSE.initial
    )
    warehouse = WAREHOUSE.fold([*held, *(release(f"o-{n}") for n in range(95))])
    assert warehouse.hold("open") == Hold(HoldPhase.HELD, (), 1, 0, NOON)

"""What holds in a warehouse whatever is asked of it, in whatever order, however often."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

import domain.warehouse.state
import schemas.quantities
from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.snapshot import dump, fingerprint, load
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
    StockAdjusted,
    StockLine,
    StockLow,
    StockOut,
    StockReceived,
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
STORIES = st.lists(COMMANDS, max_size=40)


def survive(commands: Sequence[WarehouseCommand]) -> Iterator[tuple[Sequence[WarehouseEvent], Warehouse]]:
    """What each command made happen, and the state after it; refusals are taken."""
    warehouse = WAREHOUSE.initial
    for command in commands:
        try:
            events = WAREHOUSE.decide(command, warehouse)
        except Refused:
            events = ()
        warehouse = WAREHOUSE.fold(events, warehouse)
        yield events, warehouse


def end_of(commands: Sequence[WarehouseCommand]) -> Warehouse:
    return [WAREHOUSE.initial, *(warehouse for _, warehouse in survive(commands))][-1]


def history(commands: Sequence[WarehouseCommand]) -> list[WarehouseEvent]:
    return [event for events, _ in survive(commands) for event in events]


@for_all(STORIES)
def test_reserved_is_never_negative_and_never_more_than_on_hand(commands: list[WarehouseCommand]) -> None:
    for _, warehouse in survive(commands):
        assert all(0 <= level.reserved <= level.on_hand for level in warehouse.levels.values())


@for_all(STORIES)
def test_reserved_is_the_sum_of_what_is_held(commands: list[WarehouseCommand]) -> None:
    warehouse = end_of(commands)
    held = dict.fromkeys(PRODUCTS, 0)
    for hold in warehouse.holds.values():
        assert hold.phase in LIVE
        for product_id, quantity in hold.quantities:
            held[product_id] += quantity
    assert held == {product_id: warehouse.level(product_id).reserved for product_id in PRODUCTS}


@for_all(STORIES)
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


@for_all(STORIES, COMMANDS)
def test_a_second_delivery_decides_nothing(commands: list[WarehouseCommand], command: WarehouseCommand) -> None:
    assert history([*commands, command, command]) == history([*commands, command])


@for_all(STORIES, RESERVE)
def test_every_new_attempt_to_reserve_is_answered_unless_the_goods_left(
    commands: list[WarehouseCommand], request: ReserveStock
) -> None:
    warehouse = end_of(commands)
    anew = request.model_copy(update={"attempt": 9, "expires_at": NOON + timedelta(hours=2)})
    hold = warehouse.hold(request.order_id)
    is_gone = hold is not None and hold.phase is HoldPhase.COMMITTED
    assert bool(WAREHOUSE.decide(anew, warehouse)) is not is_gone


@for_all(STORIES)
def test_nothing_short_or_released_moves_a_piece(commands: list[WarehouseCommand]) -> None:
    before = WAREHOUSE.initial
    for events, after in survive(commands):
        if any(isinstance(event, InventoryFailed) for event in events):
            assert after.levels == before.levels
        before = after


@for_all(STORIES)
def test_an_alarm_comes_only_when_the_threshold_is_crossed(commands: list[WarehouseCommand]) -> None:
    before = WAREHOUSE.initial
    for events, after in survive(commands):
        for alarm in events:
            if isinstance(alarm, StockLow | StockOut):
                limit = 10 if isinstance(alarm, StockLow) else 0
                was, now = (state.level(alarm.product_id).available for state in (before, after))
                assert now <= limit < was
        before = after


@for_all(STORIES)
def test_a_snapshot_is_the_state(commands: list[WarehouseCommand]) -> None:
    warehouse = end_of(commands)
    assert load(dump(warehouse)) == warehouse


def test_the_fingerprint_names_the_code() -> None:
    assert len(fingerprint()) == 16
    assert fingerprint() == fingerprint()


@pytest.mark.parametrize("module", [schemas.quantities, domain.warehouse.state], ids=lambda module: module.__name__)
def test_other_code_that_folds_has_another_fingerprint(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was, other = fingerprint(), tmp_path / "other.py"
    other.write_text("other code")
    monkeypatch.setattr(module, "__file__", str(other))
    assert fingerprint.__wrapped__() != was


def release(order_id: str) -> InventoryReleased:
    return InventoryReleased(warehouse_id="main", order_id=order_id, reservation_id=None, items=())


def test_ended_holds_are_forgotten_a_generation_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain.warehouse.state, "GENERATION", 10)
    warehouse = WAREHOUSE.fold(release(f"o-{n}") for n in range(95))
    remembered = [n for n in range(95) if warehouse.hold(f"o-{n}")]
    assert remembered == list(range(80, 95))


def test_an_open_hold_is_never_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain.warehouse.state, "GENERATION", 10)
    held = WAREHOUSE.decide(
        ReserveStock(warehouse_id="main", order_id="open", items=(), attempt=1, expires_at=NOON), WAREHOUSE.initial
    )
    warehouse = WAREHOUSE.fold([*held, *(release(f"o-{n}") for n in range(95))])
    assert warehouse.hold("open") == Hold(HoldPhase.HELD, (), 1, 0, NOON)

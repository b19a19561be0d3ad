"""One warehouse: no stock is promised twice, an order gets all or nothing, every request is answered."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.decider import Decider
from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.reservation import reservation_id
from domain.warehouse.signals import add_signals
from domain.warehouse.state import Level, Warehouse
from schemas.errors import AdjustmentExists, ReceiptExists, Refused, StockWouldBeNegative
from schemas.warehouse import (
    AdjustStock,
    CommitReservation,
    ConfirmReservation,
    ExpireReservation,
    InventoryCommitted,
    InventoryConfirmed,
    InventoryExpired,
    InventoryFailed,
    InventoryReleased,
    InventoryReserved,
    ReceivedLine,
    ReceiveStock,
    ReleaseStock,
    ReserveStock,
    Shortage,
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
from tests.spec import Given, decide_all
from tests.spec import given as given_only

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=15)
LATER = NOON + timedelta(minutes=40)


def lines(**quantities: int) -> tuple[StockLine, ...]:
    return tuple(StockLine(product_id=product_id, quantity=quantity) for product_id, quantity in quantities.items())


def receive(receipt_id: str = "r-1", **quantities: int) -> ReceiveStock:
    items = tuple(ReceivedLine(product_id=product_id, quantity=quantity) for product_id, quantity in quantities.items())
    return ReceiveStock(receipt_id=receipt_id, items=items)


def received(receipt_id: str = "r-1", **quantities: int) -> StockReceived:
    return StockReceived(warehouse_id="main", receipt_id=receipt_id, items=lines(**quantities))


def adjust(delta: int, adjustment_id: str = "a-1") -> AdjustStock:
    return AdjustStock(adjustment_id=adjustment_id, product_id="milk", delta=delta, reason="counted", by="ann")


def adjusted(delta: int, adjustment_id: str = "a-1") -> StockAdjusted:
    return StockAdjusted(
        warehouse_id="main", adjustment_id=adjustment_id, product_id="milk", delta=delta, reason="counted", by="ann"
    )


def reserve(*items: StockLine, order: str = "o-1", attempt: int = 1, expires_at: datetime = SOON) -> ReserveStock:
    return ReserveStock(warehouse_id="main", order_id=order, items=items, attempt=attempt, expires_at=expires_at)


def reserved(*items: StockLine, order: str = "o-1", attempt: int = 1, expires_at: datetime = SOON) -> InventoryReserved:
    return InventoryReserved(
        warehouse_id="main",
        order_id=order,
        reservation_id=reservation_id(order),
        items=items,
        expires_at=expires_at,
        attempt=attempt,
    )


def short(*shortages: tuple[str, int, int], attempt: int = 1) -> InventoryFailed:
    listed = tuple(Shortage(product_id=p, requested=requested, available=left) for p, requested, left in shortages)
    return InventoryFailed(warehouse_id="main", order_id="o-1", shortages=listed, attempt=attempt)


def refused(attempt: int = 1) -> InventoryFailed:
    return InventoryFailed(warehouse_id="main", order_id="o-1", reason="released", shortages=(), attempt=attempt)


def release(attempt: int = 1) -> ReleaseStock:
    return ReleaseStock(warehouse_id="main", order_id="o-1", attempt=attempt)


def released(*items: StockLine, attempt: int = 1) -> InventoryReleased:
    reservation = reservation_id("o-1") if items else None
    return InventoryReleased(
        warehouse_id="main", order_id="o-1", reservation_id=reservation, items=items, attempt=attempt
    )


def expire(now: datetime = SOON) -> ExpireReservation:
    return ExpireReservation(warehouse_id="main", order_id="o-1", now=now)


def back(available: int, product_id: str = "milk") -> StockReplenished:
    return StockReplenished(warehouse_id="main", product_id=product_id, available=available)


def given(
    decider: Decider[WarehouseCommand, Warehouse, WarehouseEvent], *past: WarehouseEvent
) -> Given[WarehouseCommand, Warehouse, WarehouseEvent]:
    """Given these events, and the signals that came with them."""
    return given_only(decider, *with_signals(*past))


def with_signals(*past: WarehouseEvent) -> list[WarehouseEvent]:
    events: list[WarehouseEvent] = []
    for event in past:
        events += add_signals("main", [event], WAREHOUSE.fold(events))
    return events


CONFIRM = ConfirmReservation(warehouse_id="main", order_id="o-1")
COMMIT = CommitReservation(warehouse_id="main", order_id="o-1")
CONFIRMED = InventoryConfirmed(warehouse_id="main", order_id="o-1", reservation_id=reservation_id("o-1"))
TWO_MILK = lines(milk=2)
EXPIRED = InventoryExpired(
    warehouse_id="main", order_id="o-1", reservation_id=reservation_id("o-1"), items=TWO_MILK, attempt=1
)
COMMITTED = InventoryCommitted(
    warehouse_id="main", order_id="o-1", reservation_id=reservation_id("o-1"), items=TWO_MILK
)
STOCK = received(milk=100, bread=100)
HELD = reserved(*TWO_MILK)


def milk(*events: WarehouseEvent) -> Level:
    return WAREHOUSE.fold(events).level("milk")


def test_a_receipt_is_taken_in_once() -> None:
    given(WAREHOUSE).when(receive(milk=5)).then(received(milk=5), back(5))
    given(WAREHOUSE, received(milk=5)).when(receive(milk=5)).then()
    assert milk(received(milk=5), received("r-2", milk=3)) == Level(8, 0)


def test_a_count_is_corrected_once() -> None:
    given(WAREHOUSE, STOCK).when(adjust(-3)).then(adjusted(-3))
    given(WAREHOUSE, STOCK, adjusted(-3)).when(adjust(-3)).then()
    assert milk(STOCK, adjusted(-3), adjusted(5, "a-2")) == Level(102, 0)


def test_a_receipt_and_an_adjustment_may_share_an_id() -> None:
    given(WAREHOUSE, received("x", milk=50)).when(adjust(-1, "x")).then(adjusted(-1, "x"))


def test_a_count_cannot_fall_below_what_is_reserved() -> None:
    given(WAREHOUSE, STOCK, HELD).when(adjust(-99)).refused(
        StockWouldBeNegative, productId="milk", onHand=100, reserved=2
    )


def test_an_order_is_reserved_in_one_event() -> None:
    wanted = lines(milk=2, bread=1)
    given(WAREHOUSE, STOCK).when(reserve(*wanted)).then(reserved(*wanted))
    assert milk(STOCK, reserved(*wanted)) == Level(100, 2)


def test_lines_of_the_same_product_are_summed() -> None:
    given(WAREHOUSE, STOCK).when(reserve(*lines(milk=1), *lines(bread=1), *lines(milk=1))).then(
        reserved(*lines(milk=2, bread=1))
    )


def test_a_shortage_holds_nothing_and_lists_everything_short() -> None:
    wanted = reserve(*lines(milk=2, bread=101, eggs=1))
    given(WAREHOUSE, STOCK).when(wanted).then(short(("bread", 101, 100), ("eggs", 1, 0)))
    assert milk(STOCK, short(("bread", 101, 100))) == Level(100, 0)


def test_lines_that_are_short_only_together_are_short() -> None:
    given(WAREHOUSE, received(milk=3)).when(reserve(*TWO_MILK, *TWO_MILK)).then(short(("milk", 4, 3)))


def test_what_another_order_holds_is_not_available() -> None:
    others = reserved(*lines(milk=99), order="o-2")
    given(WAREHOUSE, STOCK, others).when(reserve(*TWO_MILK)).then(short(("milk", 2, 1)))


def test_the_same_attempt_again_decides_nothing() -> None:
    given(WAREHOUSE, STOCK, HELD).when(reserve(*TWO_MILK)).then()
    given(WAREHOUSE, STOCK, short(("milk", 2, 1))).when(reserve(*TWO_MILK)).then()


def test_a_new_attempt_on_a_held_order_is_answered_and_takes_nothing() -> None:
    given(WAREHOUSE, STOCK, HELD).when(reserve(*TWO_MILK, attempt=2, expires_at=LATER)).then(
        reserved(attempt=2, expires_at=LATER)
    )
    assert milk(STOCK, HELD, reserved(attempt=2, expires_at=LATER)) == Level(100, 2)


def test_a_new_attempt_after_a_shortage_tries_again() -> None:
    given(WAREHOUSE, short(("milk", 2, 0)), STOCK).when(reserve(*TWO_MILK, attempt=2)).then(
        reserved(*TWO_MILK, attempt=2)
    )


def test_released_items_are_available_again() -> None:
    given(WAREHOUSE, STOCK, HELD).when(release()).then(released(*TWO_MILK))
    assert milk(STOCK, HELD, released(*TWO_MILK)) == Level(100, 0)


def test_a_held_order_is_released_whole_after_it_was_answered_twice() -> None:
    given(WAREHOUSE, STOCK, HELD, reserved(attempt=2)).when(release()).then(released(*TWO_MILK))


def test_a_release_is_done_once_and_a_new_attempt_answered_again() -> None:
    given(WAREHOUSE, STOCK, HELD, released(*TWO_MILK)).when(release()).then()
    given(WAREHOUSE, STOCK, HELD, released(*TWO_MILK)).when(release(2)).then(released(attempt=2))


def test_releasing_an_unknown_order_leaves_a_tombstone_that_refuses_it_later() -> None:
    assert decide_all(WAREHOUSE, receive(milk=5), release(), reserve(*TWO_MILK)) == [
        received(milk=5),
        back(5),
        released(),
        refused(),
    ]


def test_a_tombstone_answers_each_attempt_once() -> None:
    given(WAREHOUSE, STOCK, released(), refused()).when(reserve(*TWO_MILK)).then()
    given(WAREHOUSE, STOCK, released(), refused()).when(reserve(*TWO_MILK, attempt=2)).then(refused(2))
    given(WAREHOUSE, STOCK, released(), refused()).when(release()).then()


def test_a_request_answered_before_the_release_is_not_answered_again_after_it() -> None:
    given(WAREHOUSE, STOCK, HELD, released(*TWO_MILK)).when(reserve(*TWO_MILK)).then()


@pytest.mark.parametrize("nothing", [short(("milk", 2, 1)), EXPIRED], ids=["short", "expired"])
def test_releasing_what_holds_nothing_is_answered(nothing: WarehouseEvent) -> None:
    past: list[WarehouseEvent] = [STOCK, HELD, nothing] if nothing is EXPIRED else [STOCK, nothing]
    given(WAREHOUSE, *past).when(release()).then(released())


def test_a_reservation_expires_at_its_time_and_not_before() -> None:
    given(WAREHOUSE, STOCK, HELD).when(expire(SOON - timedelta(seconds=1))).then()
    given(WAREHOUSE, STOCK, HELD).when(expire(SOON)).then(EXPIRED)
    given(WAREHOUSE, STOCK, HELD, EXPIRED).when(expire(SOON)).then()
    assert milk(STOCK, HELD, EXPIRED) == Level(100, 0)


def test_a_new_attempt_gives_a_held_order_more_time() -> None:
    given(WAREHOUSE, STOCK, HELD, reserved(attempt=2, expires_at=LATER)).when(expire(SOON)).then()


def test_an_expiry_names_the_last_attempt_that_was_answered() -> None:
    again = reserved(attempt=2, expires_at=LATER)
    given(WAREHOUSE, STOCK, HELD, again).when(expire(LATER)).then(EXPIRED.model_copy(update={"attempt": 2}))


def test_an_earlier_attempt_decides_nothing_whatever_came_of_it() -> None:
    given(WAREHOUSE, STOCK, HELD, reserved(attempt=2)).when(reserve(*TWO_MILK)).then()
    given(WAREHOUSE, STOCK, HELD, released(*TWO_MILK), released(attempt=2)).when(release()).then()
    gone = short(("milk", 2, 0), attempt=2)
    given(WAREHOUSE, short(("milk", 2, 0)), gone, STOCK).when(reserve(*TWO_MILK)).then()


def test_a_confirmed_reservation_does_not_expire() -> None:
    given(WAREHOUSE, STOCK, HELD).when(CONFIRM).then(CONFIRMED)
    given(WAREHOUSE, STOCK, HELD, CONFIRMED).when(expire(LATER)).then()
    given(WAREHOUSE, STOCK, HELD, CONFIRMED).when(CONFIRM).then()


def test_a_confirmed_order_may_still_be_released() -> None:
    given(WAREHOUSE, STOCK, HELD, CONFIRMED).when(release()).then(released(*TWO_MILK))


def test_after_an_expiry_only_a_new_attempt_reserves_again() -> None:
    given(WAREHOUSE, STOCK, HELD, EXPIRED).when(reserve(*TWO_MILK)).then()
    given(WAREHOUSE, STOCK, HELD, EXPIRED).when(reserve(*TWO_MILK, expires_at=LATER)).then()
    given(WAREHOUSE, STOCK, HELD, EXPIRED).when(reserve(*TWO_MILK, attempt=2, expires_at=LATER)).then(
        reserved(*TWO_MILK, attempt=2, expires_at=LATER)
    )


def test_a_confirmation_after_the_expiry_reserves_the_items_again() -> None:
    given(WAREHOUSE, STOCK, HELD, EXPIRED).when(CONFIRM).then(HELD, CONFIRMED)


def test_a_confirmation_after_the_expiry_fails_without_stock() -> None:
    gone = reserved(*lines(milk=99), order="o-2")
    given(WAREHOUSE, STOCK, HELD, EXPIRED, gone).when(CONFIRM).then(short(("milk", 2, 1)))


def test_confirming_without_a_hold_decides_nothing() -> None:
    given(WAREHOUSE, STOCK).when(CONFIRM).then()
    given(WAREHOUSE, STOCK, HELD, released(*TWO_MILK)).when(CONFIRM).then()


def test_goods_that_leave_are_neither_on_hand_nor_reserved() -> None:
    given(WAREHOUSE, STOCK, HELD, CONFIRMED).when(COMMIT).then(COMMITTED)
    given(WAREHOUSE, STOCK, HELD, CONFIRMED, COMMITTED).when(COMMIT).then()
    assert milk(STOCK, HELD, CONFIRMED, COMMITTED) == Level(98, 0)


@pytest.mark.parametrize(
    "past",
    [[STOCK], [STOCK, HELD, released(*TWO_MILK)], [STOCK, HELD, EXPIRED]],
    ids=["unknown", "released", "expired"],
)
def test_goods_nobody_holds_cannot_leave(past: list[WarehouseEvent]) -> None:
    given(WAREHOUSE, *past).when(COMMIT).refused(Refused)


@pytest.mark.parametrize("command", [reserve(*TWO_MILK), reserve(*TWO_MILK, attempt=2), CONFIRM, expire(LATER)])
def test_nothing_more_happens_to_goods_that_left(command: WarehouseCommand) -> None:
    given(WAREHOUSE, STOCK, HELD, CONFIRMED, COMMITTED).when(command).then()


def test_goods_that_left_cannot_be_released() -> None:
    given(WAREHOUSE, STOCK, HELD, CONFIRMED, COMMITTED).when(release()).refused(Refused)


def test_low_stock_is_recorded_once_per_crossing() -> None:
    low = StockLow(warehouse_id="main", product_id="milk", available=10, threshold=10)
    given(WAREHOUSE, received(milk=12)).when(reserve(*TWO_MILK)).then(HELD, low)
    given(WAREHOUSE, received(milk=10)).when(reserve(*TWO_MILK)).then(HELD)


def test_stock_that_runs_out_is_recorded_as_out_and_not_as_low() -> None:
    out = StockOut(warehouse_id="main", product_id="milk")
    given(WAREHOUSE, received(milk=2)).when(reserve(*TWO_MILK)).then(HELD, out)
    given(WAREHOUSE, received(milk=20)).when(adjust(-20)).then(adjusted(-20), out)


def test_a_product_that_came_back_may_run_out_again() -> None:
    out = StockOut(warehouse_id="main", product_id="milk")
    past: list[WarehouseEvent] = [received(milk=2), HELD, released(*TWO_MILK)]
    again = reserve(*TWO_MILK, order="o-2")
    given(WAREHOUSE, *past).when(again).then(reserved(*TWO_MILK, order="o-2"), out)


@pytest.mark.parametrize(
    ("past", "command", "event"),
    [
        ([], receive("r-2", milk=3), received("r-2", milk=3)),
        ([received(milk=3), adjusted(-3)], receive("r-2", milk=3), received("r-2", milk=3)),
        ([received(milk=3), adjusted(-3)], adjust(3, "a-2"), adjusted(3, "a-2")),
        ([received(milk=3), reserved(*lines(milk=3))], release(), released(*lines(milk=3))),
    ],
    ids=["first seen", "received", "found", "released"],
)
def test_what_is_there_again_or_for_the_first_time_is_said_to_be(
    past: list[WarehouseEvent], command: WarehouseCommand, event: WarehouseEvent
) -> None:
    given(WAREHOUSE, *past).when(command).then(event, back(3))


def test_what_nobody_paid_for_in_time_is_said_to_be_there_again() -> None:
    given(WAREHOUSE, received(milk=2), HELD).when(expire(SOON)).then(EXPIRED, back(2))
    given(WAREHOUSE, received(milk=3), HELD).when(expire(SOON)).then(EXPIRED)


def test_goods_that_leave_were_not_available_and_change_no_signal() -> None:
    given(WAREHOUSE, received(milk=2), HELD, CONFIRMED).when(COMMIT).then(COMMITTED)
    given(WAREHOUSE, received(milk=12), HELD, CONFIRMED).when(COMMIT).then(COMMITTED)


def test_each_product_of_an_event_has_its_own_signal() -> None:
    wanted = lines(milk=2, bread=2, eggs=2)
    out = StockOut(warehouse_id="main", product_id="milk")
    low = StockLow(warehouse_id="main", product_id="bread", available=9, threshold=10)
    given(WAREHOUSE, received(milk=2, bread=11, eggs=50)).when(reserve(*wanted)).then(reserved(*wanted), out, low)


SIGNAL = SignalStock(warehouse_id="main")


def test_stock_from_before_there_were_signals_has_one_on_request_and_none_twice() -> None:
    old: list[WarehouseEvent] = [received(milk=5, bread=2), reserved(*lines(bread=2))]
    given_only(WAREHOUSE, *old).when(SIGNAL).then(back(5))
    given_only(WAREHOUSE, *old, back(5)).when(SIGNAL).then()
    given(WAREHOUSE, *old).when(SIGNAL).then()


def test_stock_from_before_there_were_signals_has_one_when_it_next_moves() -> None:
    given_only(WAREHOUSE, received(milk=50)).when(adjust(-1)).then(adjusted(-1), back(49))
    low = StockLow(warehouse_id="main", product_id="milk", available=9, threshold=10)
    given_only(WAREHOUSE, received(milk=11)).when(adjust(-2)).then(adjusted(-2), back(9), low)
    out = StockOut(warehouse_id="main", product_id="milk")
    given_only(WAREHOUSE, received(milk=2)).when(adjust(-2)).then(adjusted(-2), out)


def test_missing_signals_are_given_a_number_at_a_time() -> None:
    some = SignalStock(warehouse_id="main", limit=2)
    old = received(milk=1, bread=2, eggs=3)
    first = given_only(WAREHOUSE, old).when(some).decide()
    assert first == [back(2, "bread"), back(3, "eggs")]
    given_only(WAREHOUSE, old, *first).when(some).then(back(1))


def test_a_signal_that_the_levels_do_not_bear_out_is_corrected() -> None:
    out = StockOut(warehouse_id="main", product_id="milk")
    given_only(WAREHOUSE, received(milk=1), back(1), reserved(*lines(milk=1))).when(SIGNAL).then(out)


def test_a_receipt_with_the_same_pieces_is_the_same_however_they_are_listed() -> None:
    past = received(milk=5, bread=2)
    halves = ReceiveStock(receipt_id="r-1", items=receive(bread=2, milk=3).items + receive(milk=2).items)
    for again in (receive(milk=5, bread=2), receive(bread=2, milk=5), halves):
        given(WAREHOUSE, past).when(again).then()


@pytest.mark.parametrize(
    "other", [{"milk": 6}, {"bread": 5}, {"milk": 5, "bread": 1}, {"milk": 55}], ids=["more", "else", "also", "digits"]
)
def test_another_receipt_under_a_used_id_is_refused(other: dict[str, int]) -> None:
    given(WAREHOUSE, received(milk=5)).when(receive("r-1", **other)).refused(ReceiptExists, receiptId="r-1")
    [event, *_] = given(WAREHOUSE, received(milk=5)).when(receive("r-2", **other)).decide()
    assert event == received("r-2", **other)


@pytest.mark.parametrize("change", [{"delta": -2}, {"product_id": "bread", "delta": 1}, {"reason": "broken"}])
def test_another_adjustment_under_a_used_id_is_refused(change: dict[str, object]) -> None:
    other = adjust(-1).model_copy(update=change)
    given(WAREHOUSE, received(milk=50), adjusted(-1)).when(other).refused(AdjustmentExists, adjustmentId="a-1")


def test_an_adjustment_is_the_same_whoever_sends_it_and_however_its_accents_are_encoded() -> None:
    past = adjusted(-1).model_copy(update={"reason": "abîmé"})
    again = adjust(-1).model_copy(update={"reason": "abi\u0302me\u0301", "by": "ben"})
    given(WAREHOUSE, received(milk=50), past).when(again).then()


def test_what_was_taken_in_is_remembered_with_its_version() -> None:
    warehouse = WAREHOUSE.fold([received(milk=5), HELD, received("r-2", milk=1), adjusted(1)])
    assert [warehouse.receipts["r-1"].version, warehouse.receipts["r-2"].version] == [1, 3]
    assert (warehouse.adjustments["a-1"].version, warehouse.version) == (4, 4)

"""One warehouse: no stock is promised twice, an order gets all or nothing, every request is answered."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.reservation import reservation_id
from domain.warehouse.state import Level
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
    StockAdjusted,
    StockLine,
    StockLow,
    StockOut,
    StockReceived,
    WarehouseCommand,
    WarehouseEvent,
)
from tests.spec import decide_all, given

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


CONFIRM = ConfirmReservation(warehouse_id="main", order_id="o-1")
COMMIT = CommitReservation(warehouse_id="main", order_id="o-1")
CONFIRMED = InventoryConfirmed(warehouse_id="main", order_id="o-1", reservation_id=reservation_id("o-1"))
TWO_MILK = lines(milk=2)
EXPIRED = InventoryExpired(warehouse_id="main", order_id="o-1", reservation_id=reservation_id("o-1"), items=TWO_MILK)
COMMITTED = InventoryCommitted(
    warehouse_id="main", order_id="o-1", reservation_id=reservation_id("o-1"), items=TWO_MILK
)
STOCK = received(milk=100, bread=100)
HELD = reserved(*TWO_MILK)


def milk(*events: WarehouseEvent) -> Level:
    return WAREHOUSE.fold(events).level("milk")


def test_a_receipt_is_taken_in_once() -> None:
    given(WAREHOUSE).when(receive(milk=5)).then(received(milk=5))
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


def test_a_confirmed_reservation_does_not_expire() -> None:
    given(WAREHOUSE, STOCK, HELD).when(CONFIRM).then(CONFIRMED)
    given(WAREHOUSE, STOCK, HELD, CONFIRMED).when(expire(LATER)).then()
    given(WAREHOUSE, STOCK, HELD, CONFIRMED).when(CONFIRM).then()


def test_a_confirmed_order_may_still_be_released() -> None:
    given(WAREHOUSE, STOCK, HELD, CONFIRMED).when(release()).then(released(*TWO_MILK))


def test_after_an_expiry_only_a_request_that_expires_later_reserves_again() -> None:
    given(WAREHOUSE, STOCK, HELD, EXPIRED).when(reserve(*TWO_MILK)).then()
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
    past: list[WarehouseEvent] = [received(milk=2), HELD, out, released(*TWO_MILK)]
    again = reserve(*TWO_MILK, order="o-2")
    given(WAREHOUSE, *past).when(again).then(reserved(*TWO_MILK, order="o-2"), out)


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
    given(WAREHOUSE, received(milk=5)).when(receive("r-2", **other)).then(received("r-2", **other))


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

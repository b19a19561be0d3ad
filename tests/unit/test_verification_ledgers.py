"""What the ledgers find in a log: each contradiction by its guarantee, and nothing in a log that agrees."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from aioutlet.journey.checks import checks, compare_books
from projectors.verification.money_ledger import MoneyLedger
from projectors.verification.report import Findings, Report
from projectors.verification.stock_ledger import StockLedger
from schemas.message import Event
from schemas.order import OrderStatus
from schemas.saga import Resolution, SagaStuck, Step
from schemas.warehouse import StockLine
from streams.provider_books import BookEntry, EntryState, ProviderBooks
from tests.examples import LAMP_ID, ORDER_ID
from tests.histories import COMPLETED, REFUSED_BY_THE_CARRIER, events

STOCKED = events("stock.received")


def found_in(history: Sequence[Event]) -> Findings:
    findings = Findings()
    stock = StockLedger(findings)
    for event in history:
        stock.apply(event)
    stock.check_end()
    return findings


@pytest.mark.parametrize("history", [COMPLETED, REFUSED_BY_THE_CARRIER])
def test_an_order_that_went_well_or_was_undone_is_no_finding(history: tuple[str, ...]) -> None:
    assert found_in([*STOCKED, *events(*history)]).counts["G4"] == 0


def test_goods_that_were_dispatched_and_not_booked_are_a_finding() -> None:
    dispatched = [*STOCKED, *events(*COMPLETED, "order.shipped", "shipping.dispatched")]
    [finding] = found_in(dispatched).shown["G4"]
    assert finding == f"order {ORDER_ID} was dispatched and its goods are still in the books"
    assert found_in([*dispatched, *events("inventory.committed")]).counts["G4"] == 0


@pytest.mark.parametrize("end", ["order.failed", "order.cancelled"])
def test_stock_that_is_held_for_an_order_that_has_ended_is_a_finding(end: str) -> None:
    held = [*STOCKED, *events("inventory.reserved", end)]
    assert "which has ended" in found_in(held).shown["G4"][0]
    assert found_in([*held, *events("inventory.released")]).counts["G4"] == 0


OUT, BACK = events("stock.out"), events("stock.replenished")
"""Of the lamp, of which one was received."""
ONE_LAMP = (StockLine(product_id=LAMP_ID, quantity=1),)
LAMP_HELD = events("inventory.reserved", items=ONE_LAMP)


@pytest.mark.parametrize(
    ("history", "is_found"),
    [
        ([*STOCKED, *BACK], False),
        ([*STOCKED, *BACK, *LAMP_HELD, *OUT], False),
        ([*STOCKED, *BACK, *LAMP_HELD], True),
        ([*STOCKED, *BACK, *OUT], True),
        ([*STOCKED], False),
        ([*STOCKED, *LAMP_HELD, *OUT, *events("inventory.released", items=ONE_LAMP)], False),
    ],
    ids=["there", "out", "out unsaid", "said to be out", "before there were signals", "only out was a signal"],
)
def test_a_signal_that_the_levels_do_not_bear_out_is_a_finding(history: list[Event], is_found: bool) -> None:
    findings = found_in(history)
    assert ("the last signal" in "".join(findings.shown["G4"])) is is_found


def report_of(history: Sequence[Event]) -> Report:
    findings = Findings()
    money = MoneyLedger(findings)
    for event in history:
        money.apply(event)
    money.check()
    return Report(
        events=len(history),
        documents=0,
        behind=0,
        orders={},
        captured=money.captured(),
        refunded=money.refunded(),
        balances={order_id: account.balance for order_id, account in money.accounts.items()},
        stuck=tuple(order_id for order_id, account in money.accounts.items() if account.is_stuck),
        findings=dict(findings.counts),
        shown={name: tuple(lines) for name, lines in findings.shown.items()},
    )


@pytest.mark.parametrize(
    ("history", "state", "agrees"),
    [
        (COMPLETED, EntryState.CHARGED, True),
        (COMPLETED, EntryState.REFUNDED, False),
        (COMPLETED, None, False),
        (REFUSED_BY_THE_CARRIER, EntryState.REFUNDED, True),
        (REFUSED_BY_THE_CARRIER, EntryState.REFUSED, True),
        (REFUSED_BY_THE_CARRIER, EntryState.CHARGED, False),
        (("order.created",), None, True),
        (("order.created",), EntryState.ANNOUNCED, True),
        (("order.created",), EntryState.CHARGED, False),
    ],
)
def test_the_providers_books_must_hold_what_the_log_says(
    tmp_path: Path, history: tuple[str, ...], state: EntryState | None, agrees: bool
) -> None:
    report, file = report_of(events(*history)), tmp_path / "provider.sqlite"
    books = ProviderBooks(file)
    if state:
        books.write(BookEntry(ORDER_ID, state, 1, 5_734, "USD"), unless=frozenset())
    books.close()
    [check] = compare_books(report, file)
    assert check.ok is agrees


REFUND_STUCK = events(*REFUSED_BY_THE_CARRIER[:14], "saga.stuck", "saga.resolved", "order.failed")
FAILED = events("order.updated", to=OrderStatus.FAILED)


def test_a_refund_that_an_operator_marked_done_is_listed_and_no_finding() -> None:
    report = report_of([*REFUND_STUCK, *FAILED])
    assert report.stuck == (ORDER_ID,)
    assert report.agrees


def test_another_undo_that_an_operator_marked_done_settles_no_money() -> None:
    stuck_with_the_goods = [
        event.model_copy(update={"step": Step.INVENTORY}) if isinstance(event, SagaStuck) else event
        for event in REFUND_STUCK
    ]
    report = report_of([*stuck_with_the_goods, *FAILED])
    assert report.stuck == ()
    assert report.findings["G5"] == 1


def test_where_there_are_no_books_nothing_is_compared(tmp_path: Path) -> None:
    assert list(compare_books(report_of(events(*COMPLETED)), tmp_path / "none")) == []


def test_a_shop_with_a_stuck_order_is_not_well() -> None:
    stuck = events("order.created") + events("order.updated", to=OrderStatus.COMPENSATION_STUCK)
    [check] = [check for check in checks(report_of(stuck)) if check.name == "no order waits for an operator"]
    assert not check.ok


PAID = ("order.created", "saga.started", "payment.processing", "payment.processed")


@pytest.mark.parametrize("resolution", ["mark done", "force fail"])
@pytest.mark.parametrize(("step", "findings"), [(Step.PAYMENT, 0), (Step.INVENTORY, 1)])
def test_money_that_an_operator_has_settled_outside_is_no_finding(
    step: Step, findings: int, resolution: Resolution
) -> None:
    settled = events("saga.resolved", resolution=resolution) + FAILED
    assert findings_about_money(events(*PAID, "saga.stuck", step=step) + settled) == findings


def test_money_of_an_order_that_ended_is_no_finding_while_its_refund_waits_for_an_operator() -> None:
    late = FAILED + events("saga.stuck", step=Step.PAYMENT)
    assert findings_about_money(events(*PAID) + late) == 0
    assert findings_about_money(events(*PAID) + late + events("saga.resolved", resolution="retry")) == 1
    assert findings_about_money(events(*PAID) + late + events("saga.step.completed", direction="undo")) == 1


def test_an_order_that_was_not_told_that_its_saga_is_stuck_is_a_finding() -> None:
    failing = events("order.updated", to=OrderStatus.FAILING) + events("saga.stuck", step=Step.PAYMENT)
    report = report_of(events(*PAID) + failing)
    assert report.findings["G6"] == 1


def findings_about_money(past: Sequence[Event]) -> int:
    found = Findings()
    money = MoneyLedger(found)
    for event in past:
        money.apply(event)
    money.check()
    return found.counts["G5"]

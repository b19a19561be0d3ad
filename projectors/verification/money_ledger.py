"""Checks G5 and G6: the money kept is that of the orders kept, and every order has ended or is stuck."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from projectors.verification.report import Findings
from schemas import order, payment, saga
from schemas.currencies import to_whole_units
from schemas.message import Event
from schemas.order import OrderStatus

FINAL = frozenset({OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.FAILED})
"""So is Shipping Prepared once the order is completed."""
UNDONE = frozenset({OrderStatus.CANCELLED, OrderStatus.FAILED})


@dataclass(slots=True)
class Account:
    """The money of one order."""

    total: int
    currency: str
    status: OrderStatus = OrderStatus.PENDING
    is_completed: bool = False
    stuck_step: saga.Step | None = None
    """The step whose undo was given up, until an operator decides about it or its answer comes."""
    is_settled_by_hand: bool = False
    """Whether an operator has given up the refund, or has marked it as done."""
    captured: dict[str, int] = field(default_factory=dict)
    """By payment id, for an event may be recorded twice."""
    refunded: dict[str, int] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """Captured minus refunded, in minor units."""
        return sum(self.captured.values()) - sum(self.refunded.values())

    @property
    def expected_balance(self) -> int:
        return 0 if self.status in UNDONE else self.total

    @property
    def has_ended(self) -> bool:
        return self.status in FINAL or (self.status is OrderStatus.SHIPPING_PREPARED and self.is_completed)

    @property
    def is_stuck(self) -> bool:
        """Whether an operator must decide, or has settled its money outside the shop."""
        is_stuck_at_its_end = self.status in UNDONE and self.stuck_step is not None
        return self.status is OrderStatus.COMPENSATION_STUCK or is_stuck_at_its_end or self.is_settled_by_hand


@dataclass(slots=True)
class MoneyLedger:
    """The accounts of all orders."""

    findings: Findings
    accounts: dict[str, Account] = field(default_factory=dict)

    def apply(self, event: Event) -> None:
        """Enter an event into the account of its order."""
        if isinstance(event, order.OrderCreated):
            self.accounts[event.order_id] = Account(event.total_amount, event.currency)
        elif account := self.accounts.get(getattr(event, "order_id", "")):
            _apply(event, account)

    def check(self) -> None:
        """Check every account once the whole log is applied."""
        for order_id, account in self.accounts.items():
            if account.is_stuck:
                continue
            name, balance, expected = account.status.value, account.balance, account.expected_balance
            if not account.has_ended:
                self.findings.add("G6", f"order {order_id} rests in {name}")
            elif balance != expected:
                kept, due = (to_whole_units(amount, account.currency) for amount in (balance, expected))
                self.findings.add("G5", f"order {order_id} ({name}): kept {kept}, not {due} {account.currency}")

    def captured(self) -> dict[str, int]:
        """Return the sum of all captured amounts, by currency."""
        return self._sum(lambda account: account.captured)

    def refunded(self) -> dict[str, int]:
        """Return the sum of all refunded amounts, by currency."""
        return self._sum(lambda account: account.refunded)

    def _sum(self, amounts: Callable[[Account], Mapping[str, int]]) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for account in self.accounts.values():
            sums[account.currency] += sum(amounts(account).values())
        return dict(sums)


def _apply(event: Event, account: Account) -> None:
    match event:
        case order.OrderUpdated():
            account.status = event.to
        case order.OrderCompleted():
            account.is_completed = True
        case payment.PaymentProcessed():
            account.captured.setdefault(event.payment_id, event.amount)
        case payment.PaymentRefunded():
            account.refunded.setdefault(event.payment_id, event.amount)
        case saga.SagaStuck():
            account.stuck_step = event.step
        case saga.SagaResolved():
            is_of_refund = account.stuck_step is saga.Step.PAYMENT
            account.is_settled_by_hand |= is_of_refund and event.resolution in saga.FINAL_RESOLUTIONS
            account.stuck_step = None
        case saga.SagaStepCompleted(direction="undo"):
            account.stuck_step = None
        case _:
            pass

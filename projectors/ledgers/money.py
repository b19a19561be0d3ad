"""G5 and G6: the money kept is that of the orders kept, and no order is left hanging."""

from collections import Counter
from dataclasses import dataclass, field

from projectors.findings import Findings
from schemas import order, payment, saga
from schemas.message import Event
from schemas.order import OrderStatus

ENDED = frozenset(
    {
        OrderStatus.SHIPPING_PREPARED,
        OrderStatus.SHIPPED,
        OrderStatus.DELIVERED,
        OrderStatus.CANCELLED,
        OrderStatus.FAILED,
    }
)
"""Where an order may rest; Shipping Prepared only once it is completed."""
UNDONE = frozenset({OrderStatus.CANCELLED, OrderStatus.FAILED})


@dataclass(slots=True)
class Account:
    """One order, as its money sees it."""

    total: int
    currency: str
    status: OrderStatus = OrderStatus.PENDING
    completed: bool = False
    resolved: bool = False
    captured: dict[str, int] = field(default_factory=dict)
    """By payment: the same payment told twice is the same money."""
    refunded: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Captured and not given back, in minor units."""
        return sum(self.captured.values()) - sum(self.refunded.values())

    @property
    def at_rest(self) -> bool:
        """Whether nothing more is to be expected of it by itself."""
        resting = self.status in ENDED and (self.completed or self.status is not OrderStatus.SHIPPING_PREPARED)
        return resting or self.stuck

    @property
    def stuck(self) -> bool:
        """Whether an operator must look, or has ended it by force."""
        return self.status is OrderStatus.COMPENSATION_STUCK or self.resolved


@dataclass(slots=True)
class MoneyLedger:
    """What was kept of every order at rest is its total, or nothing where it was cancelled or failed."""

    findings: Findings
    accounts: dict[str, Account] = field(default_factory=dict)

    def note(self, event: Event) -> None:
        """Book what the event says of an order."""
        if isinstance(event, order.OrderCreated):
            self.accounts[event.order_id] = Account(event.total_amount, event.currency)
            return
        account = self.accounts.get(getattr(event, "order_id", ""))
        if account is None:
            return
        match event:
            case order.OrderUpdated():
                account.status = event.to
            case order.OrderCompleted():
                account.completed = True
            case payment.PaymentProcessed():
                account.captured.setdefault(event.payment_id, event.amount)
            case payment.PaymentRefunded():
                account.refunded.setdefault(event.payment_id, event.amount)
            case saga.SagaResolved():
                account.resolved = account.resolved or event.resolution == "force fail"
            case _:
                pass

    def close(self) -> None:
        """Settle every order."""
        for order_id, account in self.accounts.items():
            if not account.at_rest:
                self.findings.add("G6", f"order {order_id} rests in {account.status.value}")
            elif not account.stuck:
                owed = 0 if account.status in UNDONE else account.total
                if account.kept != owed:
                    self.findings.add(
                        "G5", f"order {order_id} ({account.status.value}): kept {account.kept}, not {owed}"
                    )

    def sums(self, side: str) -> dict[str, int]:
        """`captured` or `refunded` over all orders, per currency."""
        sums: Counter[str] = Counter()
        for account in self.accounts.values():
            sums[account.currency] += sum(getattr(account, side).values())
        return dict(sums)

"""Sees every event at the moment it is recorded, and checks what must hold at every moment."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from projectors.verification.money_ledger import MoneyLedger
from projectors.verification.report import Findings
from projectors.verification.sequence_check import SequenceCheck
from projectors.verification.stock_ledger import StockLedger
from schemas.codec import Stored, id_of
from schemas.envelope import Envelope
from schemas.order import OrderCancelled, OrderCompleted, OrderDelivered, OrderFailed, OrderShipped
from schemas.saga import SagaStuck

ONCE_IN_AN_ORDER = (OrderCompleted, OrderShipped, OrderDelivered)
ENDS = (OrderFailed, OrderCancelled)
INVENTORY_UNANSWERED = "inventory gave no answer in time"


class Witness:
    """The guarantees G2 to G5 as far as they can be judged from the events alone, by production's own ledgers."""

    def __init__(self, on_stuck: Callable[[SagaStuck], None], note: Callable[[Any, str], None]) -> None:
        self.findings = Findings()
        self.sequence = SequenceCheck(self.findings)
        self.stock = StockLedger(self.findings)
        self.money = MoneyLedger(self.findings)
        self.digest = sha256()
        """Of the log so far."""
        self.unanswered = set[str]()
        """The orders that failed because the warehouse gave no answer, which it always has."""
        self._on_stuck = on_stuck
        self._note = note
        self._ids = set[str]()
        self._times = Counter[tuple[str, str]]()

    def see(self, events: Sequence[Stored], given: Mapping[str, Envelope]) -> None:
        """Check the events of one commit, in their order."""
        for stored in events:
            envelope = given[id_of(stored.state)]
            event: Any = envelope.event
            self.digest.update(repr((stored.position, stored.stream, stored.version)).encode() + stored.state)
            self._note(None, f"{stored.position} {stored.stream} v{stored.version} {stored.type}")
            self.sequence.apply(stored)
            self.stock.apply(event)
            self.money.apply(event)
            self._check_once(envelope)
            self._count(event)
            if isinstance(event, SagaStuck):
                self._on_stuck(event)
            if isinstance(event, OrderFailed) and event.reason == INVENTORY_UNANSWERED:
                self.unanswered.add(event.order_id)

    def _check_once(self, envelope: Envelope) -> None:
        """No message is answered twice with the same event."""
        if envelope.id in self._ids:
            self.findings.add("G2", f"{envelope.stream} v{envelope.version} {envelope.type} is recorded twice")
        self._ids.add(envelope.id)

    def _count(self, event: Any) -> None:
        """An order is placed once and ends once."""
        what = "end" if isinstance(event, ENDS) else event.wire_name if isinstance(event, ONCE_IN_AN_ORDER) else None
        if what is None:
            return
        self._times[event.order_id, what] += 1
        if self._times[event.order_id, what] > 1:
            self.findings.add("G6", f"order {event.order_id} has its {what} twice")
        if self._times[event.order_id, "end"] and self._times[event.order_id, OrderShipped.wire_name]:
            self.findings.add("G6", f"order {event.order_id} was shipped and undone")

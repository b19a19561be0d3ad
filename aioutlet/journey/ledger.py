"""What became of every basket, as the run sees it."""

from collections import Counter
from dataclasses import dataclass, field

from aioutlet.journey.shop import OrderProgress


@dataclass(slots=True)
class Ledger:
    """Kept by the placing and the watching half of one run, on one loop; times are seconds of one monotonic clock."""

    offered: int = 0
    retries: int = 0
    pending: dict[str, float] = field(default_factory=dict)
    """Acknowledged and not yet seen in a final state: order id -> when it was acknowledged, the oldest first."""
    seen: dict[str, int] = field(default_factory=dict)
    """Of the pending ones, those the read model knows, and the position it has brought each to."""
    stuck: set[str] = field(default_factory=set)
    """Of the pending ones, those that wait for an operator."""
    not_placed: Counter[str] = field(default_factory=Counter)
    not_reviewed: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    answered: list[float] = field(default_factory=list)
    """Seconds from due to acknowledged, per placed order."""
    finished: list[float] = field(default_factory=list)
    """Seconds from acknowledged to completed and visible, per completed order."""
    moved_at: float = 0.0
    """When anything last happened."""

    @property
    def placed(self) -> int:
        """Acknowledged orders."""
        return len(self.answered)

    def acknowledged(self, order_id: str, *, due: float, now: float, retries: int = 0) -> None:
        """The shop took an order."""
        self.answered.append(now - due)
        self.pending[order_id] = now
        self.retries += retries
        self.moved_at = now

    def refused(self, code: str, *, now: float) -> None:
        """The shop did not take a basket."""
        self.not_placed[code] += 1
        self.moved_at = now

    def found(self, order_id: str, standing: OrderProgress, *, now: float) -> bool:
        """The read model shows a pending order; True when that is its end."""
        if self.seen.get(order_id) != standing.position:
            self.seen[order_id] = standing.position
            self.moved_at = now
        if standing.outcome is None:
            (self.stuck.add if standing.stuck else self.stuck.discard)(order_id)
            return False
        self._end(order_id, standing, now)
        return True

    def _end(self, order_id: str, standing: OrderProgress, now: float) -> None:
        acknowledged = self.pending.pop(order_id)
        self.seen.pop(order_id)
        self.stuck.discard(order_id)
        self.outcomes[standing.outcome or ""] += 1
        self.moved_at = now
        if standing.outcome == "completed":
            self.finished.append(now - acknowledged)
        elif standing.outcome == "failed":
            self.failures[standing.reason or "no reason given"] += 1

"""How patient fulfilment is, and in which order it takes its steps."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from schemas.saga import Direction, Step


@dataclass(frozen=True, slots=True)
class Policy:
    """Every figure the saga goes by; durations are seconds, deadlines are per attempt.

    `steps` is pinned in `saga.started`: another order of steps changes no saga that runs. `reservation` is how long
    stock is held for an order that is not complete; `spread` is the share by which jitter moves a backoff.
    """

    steps: tuple[Step, ...] = (Step.PAYMENT, Step.INVENTORY, Step.SHIPPING)
    payment: float = 30.0
    inventory: float = 10.0
    shipping: float = 60.0
    undo: float = 30.0
    attempts: int = 3
    backoff: float = 1.0
    spread: float = 0.2
    reservation: float = 900.0

    def __post_init__(self) -> None:
        if sorted(self.steps) != sorted(Step):
            raise ValueError(f"every step once, in any order: {self.steps}")

    def deadline(self, step: Step, direction: Direction) -> timedelta:
        """How long one attempt may take."""
        if direction == "undo":
            return timedelta(seconds=self.undo)
        forward = {Step.PAYMENT: self.payment, Step.INVENTORY: self.inventory, Step.SHIPPING: self.shipping}
        return timedelta(seconds=forward[step])

    def retry_delay(self, order_id: str, attempt: int, tries: int) -> timedelta:
        """How long to wait after `tries` failures; the jitter is a hash, so a replay waits as long."""
        digest = hashlib.sha256(f"{order_id}/{attempt}".encode()).digest()
        jitter = int.from_bytes(digest[:4]) / 0xFFFFFFFF * 2 - 1
        return timedelta(seconds=self.backoff * 2 ** (tries - 1) * (1 + self.spread * jitter))


POLICY = Policy()

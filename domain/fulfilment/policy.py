"""The order of fulfilment's steps, its deadlines and its retries."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from schemas.saga import Direction, Step

DEFINITION_VERSION = 1
"""The version of the table that new sagas are pinned to."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Every figure of the saga. Durations are seconds; a timeout is for one attempt.

    `steps` is recorded in `saga.started`, so changing it changes no running saga. `max_attempts` is per round: an
    operator's retry begins a new one. `jitter` is the share by which a backoff may be longer or shorter.
    `reservation_lifetime` is how long stock is held for an order that is not complete, and `max_renewals` how often it
    is reserved again while the order waits.
    """

    steps: tuple[Step, ...] = (Step.PAYMENT, Step.INVENTORY, Step.SHIPPING)
    payment_timeout: float = 30.0
    inventory_timeout: float = 10.0
    shipping_timeout: float = 60.0
    undo_timeout: float = 30.0
    max_attempts: int = 3
    backoff: float = 1.0
    jitter: float = 0.2
    reservation_lifetime: float = 900.0
    max_renewals: int = 10

    def __post_init__(self) -> None:
        if sorted(self.steps) != sorted(Step):
            raise ValueError(f"every step once, in any order: {self.steps}")

    def timeout(self, step: Step, direction: Direction) -> timedelta:
        """How long one attempt may take."""
        if direction == "undo":
            return timedelta(seconds=self.undo_timeout)
        forward = {
            Step.PAYMENT: self.payment_timeout,
            Step.INVENTORY: self.inventory_timeout,
            Step.SHIPPING: self.shipping_timeout,
        }
        return timedelta(seconds=forward[step])

    def retry_delay(self, order_id: str, attempt: int, tries: int) -> timedelta:
        """How long to wait after `tries` failures; the jitter is a hash, so a replay waits as long."""
        digest = hashlib.sha256(f"{order_id}/{attempt}".encode()).digest()
        deviation = int.from_bytes(digest[:4]) / 0xFFFFFFFF * 2 - 1
        return timedelta(seconds=self.backoff * 2 ** (tries - 1) * (1 + self.jitter * deviation))


POLICY = Policy()

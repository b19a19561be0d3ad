"""Order numbers for people: drawn by hash, made unique by claiming version 1 of a stream of that name."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.decider import Decider
from schemas.errors import Conflict
from schemas.order import OrderNumber, OrderNumberClaimed
from schemas.stream_names import order_number_stream

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a number survives being read out."""
SHIFTS = (0, 5, 10, 15, 20)
"""Of the bits a letter is drawn from: five letters."""


@dataclass(frozen=True, slots=True)
class ClaimOrderNumber:
    """Give this number to this order, if nobody has it."""

    order_number: OrderNumber
    order_id: str


def candidate(order_id: str, moment: datetime, draw: int = 0) -> OrderNumber:
    """The number this order asks for on its `draw`-th try, dated in UTC: `ORD-YYYYMMDD-XXXXX`.

    25 bits of SHA-256: on a day of 1,000 orders one in 30 thousand draws meets a number that is taken.
    """
    digest = hashlib.sha256(f"{order_id}\x1f{draw}".encode()).digest()
    bits = int.from_bytes(digest[:4])
    letters = "".join([ALPHABET[bits >> shift & 31] for shift in SHIFTS])
    day = moment.astimezone(UTC)
    return f"ORD-{day.year:04}{day.month:02}{day.day:02}-{letters}"


def decide(command: ClaimOrderNumber, owner: str | None) -> Sequence[OrderNumberClaimed]:
    """Claim once: a repeat is nothing; raise `Conflict` (draw again) where another order was first."""
    if owner == command.order_id:
        return []
    if owner is not None:
        raise Conflict([order_number_stream(command.order_number)])
    return [OrderNumberClaimed(order_id=command.order_id, order_number=command.order_number)]


def evolve(_: str | None, event: OrderNumberClaimed) -> str | None:
    return event.order_id


ORDER_NUMBER = Decider(initial=None, decide=decide, evolve=evolve)

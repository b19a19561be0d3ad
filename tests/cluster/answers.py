"""Whether every order of a log got every answer, and no request was answered twice."""

from collections import Counter
from collections.abc import Mapping

from event_store.opening import open_store
from schemas.codec import decode

PAGE = 5_000
DUE = (
    "order.created", "saga.started", "payment.processed", "inventory.reserved", "shipping.prepared",
    "inventory.confirmed", "order.completed",
)  # fmt: skip
"""Of an order that nothing stands in the way of."""

Answer = tuple[str, str, int]
"""Order, type, and which attempt it answers: one that came too late is answered again."""


async def not_once(log: str) -> Mapping[Answer, int]:
    """Every answer that is not there exactly once: how often it is."""
    store, found, position = open_store(log), Counter[Answer](), 0
    try:
        while page := await store.log(position, limit=PAGE, types=DUE):
            for envelope in map(decode, page):
                event = envelope.event
                found[getattr(event, "order_id", ""), envelope.type, getattr(event, "attempt", 1)] += 1
            position = page[-1].position
    finally:
        await store.close()
    return _missing(found) | {answer: count for answer, count in found.items() if count > 1}


def _missing(found: Mapping[Answer, int]) -> dict[Answer, int]:
    there = {(order_id, name) for order_id, name, _ in found}
    return {(order_id, name, 1): 0 for order_id, _ in there for name in DUE if (order_id, name) not in there}

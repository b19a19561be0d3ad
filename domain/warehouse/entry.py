"""What is remembered of a receipt or an adjustment: enough to tell a repeat from another one under the same id."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple
from unicodedata import normalize

from schemas.quantities import quantities_of
from schemas.warehouse import StockAdjusted, StockReceived

DIGEST_BYTES = 16


class Entry(NamedTuple):
    """The version at which it was recorded, and a digest of its content."""

    version: int
    digest: str


def digest_of(event: StockReceived | StockAdjusted) -> str:
    """A digest of the content: BLAKE2b (RFC 7693).

    Of a delivery the pieces per product count, in whatever order and lines they were listed; of an adjustment the
    product, the pieces and the reason, but not who made it.
    """
    if isinstance(event, StockReceived):
        return _digest(f"{product_id} {quantity}" for product_id, quantity in sorted(quantities_of(event.items)))
    return _digest((event.product_id, str(event.delta), normalize("NFC", event.reason)))


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=DIGEST_BYTES).hexdigest()

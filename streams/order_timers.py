"""The names of the timers that may run for one order, so that its keepers can be told of them."""

from schemas.config import MAX_ATTEMPTS
from schemas.stream_names import saga_stream
from streams.inventory import reservation_timer
from streams.payment import late_charge_timer


def timers_of_order(order_id: str) -> list[str]:
    """Return the ids of the timers of an order: its saga's, its reservation's, and those of late charges."""
    late = (late_charge_timer(order_id, attempt) for attempt in range(1, MAX_ATTEMPTS + 1))
    return [saga_stream(order_id), reservation_timer(order_id), *late]

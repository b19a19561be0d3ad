"""Asking outside parties for many orders at once, for each order one thing after another."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from concurrency.gather import gather_all
from streams.processor import Trigger


async def for_each_order(triggers: Sequence[Trigger], serve: Callable[[Trigger], Awaitable[None]]) -> None:
    """Serve all triggers; those of one order in turn, the orders side by side. Raise the first error once all ended."""
    by_order: dict[str, list[Trigger]] = defaultdict(list)
    for trigger in triggers:
        by_order[trigger.order_id].append(trigger)
    await gather_all(_in_turn(each, serve) for each in by_order.values())


async def _in_turn(triggers: Sequence[Trigger], serve: Callable[[Trigger], Awaitable[None]]) -> None:
    for trigger in triggers:
        await serve(trigger)

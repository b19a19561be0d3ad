"""Runs calls to outside parties for many orders at once, those of one order one after another."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from concurrency.gather import gather_all
from streams.processor import Trigger


async def for_each_order(triggers: Sequence[Trigger], call: Callable[[Trigger], Awaitable[None]]) -> None:
    """Await `call` for all triggers, those of one order in sequence; raise the first error once all have ended."""
    by_order: dict[str, list[Trigger]] = defaultdict(list)
    for trigger in triggers:
        by_order[trigger.order_id].append(trigger)
    await gather_all(_call_in_turn(each, call) for each in by_order.values())


async def _call_in_turn(triggers: Sequence[Trigger], call: Callable[[Trigger], Awaitable[None]]) -> None:
    for trigger in triggers:
        await call(trigger)

"""Asking outside parties for many orders at once, for each order one thing after another."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from streams.processor import Task


async def each_order(tasks: Sequence[Task], serve: Callable[[Task], Awaitable[None]]) -> None:
    """Serve all tasks; those of one order in turn, the orders side by side. Raise the first error once all ended."""
    by_order: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        by_order[task.order_id].append(task)
    ended = await asyncio.gather(*(_in_turn(each, serve) for each in by_order.values()), return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, BaseException):
            raise outcome


async def _in_turn(tasks: Sequence[Task], serve: Callable[[Task], Awaitable[None]]) -> None:
    for task in tasks:
        await serve(task)

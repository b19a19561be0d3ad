"""Looking again and again, where what is awaited tells nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
GLANCE = 0.02
"""Seconds between two looks."""


async def until(look: Callable[[], Awaitable[T]], done: Callable[[T], bool], *, seconds: float = 60.0) -> T:
    """What was seen last: when it was enough, or when the time was up."""
    end = time.perf_counter() + seconds
    while not done(seen := await look()) and time.perf_counter() < end:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(GLANCE)
    return seen

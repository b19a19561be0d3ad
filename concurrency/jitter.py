"""The pause before something that failed is tried again, so that those who fail together do not try again together."""

import asyncio
import random

MAX_DOUBLINGS = 30
"""So that the pause fits into a float however often something fails."""


async def pause_with_jitter(doublings: int, *, first: float, longest: float) -> None:
    """Wait for at most `first` seconds doubled so often, and at most `longest`: any part of it, at random."""
    most = min(longest, first * 2 ** min(doublings, MAX_DOUBLINGS))
    await asyncio.sleep(random.uniform(0, most))  # noqa: S311 - no secret

"""Running several awaitables at once, until all have ended."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def gather_all(work: Iterable[Awaitable[T]]) -> list[T]:
    """Return all results in order, or raise the first error; in both cases only once everything has ended."""
    awaitables = list(work)
    if len(awaitables) == 1:
        return [await awaitables[0]]
    results: list[T] = []
    for outcome in await asyncio.gather(*awaitables, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
        results.append(outcome)
    return results

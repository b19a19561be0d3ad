"""What a shop tells over HTTP beside what its log says."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from tests.browser import Browser

AT_ONCE = 16
"""Requests under way."""
T = TypeVar("T")


class Comparison(NamedTuple):
    """What was compared, and what of it differs."""

    name: str
    compared: str
    differing: Sequence[object]

    def __str__(self) -> str:
        first = "".join(f"\n    {each}" for each in self.differing[:5])
        verdict = f"{len(self.differing):,} DIFFER{first}" if first else "all equal"
        return f"  {self.name:16} {self.compared}: {verdict}"


def unlike(told: Mapping[Any, object], recounted: Mapping[Any, object]) -> list[object]:
    """Return what two mappings do not agree on, with what each says."""
    return [
        (each, told.get(each), recounted.get(each))
        for each in told.keys() | recounted.keys()
        if told.get(each) != recounted.get(each)
    ]


async def of_each(
    values: Mapping[str, T], compare: Callable[[str, T], Awaitable[object]], *, at_once: int = AT_ONCE
) -> list[object]:
    """Compare every value, some at a time; return what differs."""
    free = asyncio.Semaphore(at_once)

    async def one(name: str, value: T) -> object:
        async with free:
            return await compare(name, value)

    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(one(*each)) for each in values.items()]
    return [found for task in asked if (found := task.result()) is not None]


async def departments(door: Browser) -> dict[str, int]:
    """Return the departments of a shop, and how many products each has."""
    answer = await door.ask("GET", "/bff/departments")
    return {each["department"]: each["total"] for each in answer.raise_for_status().json()}

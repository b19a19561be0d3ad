"""Asks the log of a shop, or gives up and says why."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aioutlet.broker import PARTITIONS
from aioutlet.data_folder import NotRunning
from aioutlet.open_log import open_log
from aioutlet.settings import CannotStart, Settings, read
from aioutlet.terminal import give_up
from event_store.reading import EventReader
from schemas.errors import Invalid, NotFound, Poison, Unavailable

T = TypeVar("T")


def ask_log(question: Callable[[EventReader, int], Awaitable[T]]) -> T:
    """Return what a question to the log, and the number of partitions of its topics, is answered."""

    async def run(settings: Settings) -> T:
        async with open_log(settings) as log:
            return await question(log, settings.partitions if settings.store else PARTITIONS)

    try:
        return asyncio.run(run(read()))
    except (CannotStart, NotRunning, Invalid, NotFound, Poison, Unavailable, OSError) as fault:
        give_up(str(fault))

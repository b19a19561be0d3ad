"""The real parts a figure stands on: those of `make services` where they run, else started for this bench."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.services.part import Part
from tests.services.places import clear_away, removed_at_last, session_home, shared_home


@asynccontextmanager
async def running(kind: type[Part]) -> AsyncIterator[Part]:
    """One part while the context is open; it may hold what others have left.

    It is that of the tests where they run one, unless theirs is slower.

    Raises:
        Missing: It cannot be had; the message says what to do.
    """
    shared = kind(shared_home())
    if not kind.is_slower_in_tests and await asyncio.to_thread(lambda: shared.is_up):
        yield shared
        return
    async with own(kind) as part:
        yield part


@asynccontextmanager
async def own(kind: type[Part]) -> AsyncIterator[Part]:
    """One part that is empty and nobody else's.

    Raises:
        Missing: As above.
    """
    clear_away()
    with removed_at_last(session_home()) as home:
        part = kind(home, is_measured=True)
        await asyncio.to_thread(part.install, system=False)
        await asyncio.to_thread(part.start)
        yield part

"""Work that goes on beside other work, and no longer than it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def background(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work` as long as the context is open, then cancel it; an error of either ends both, in an ExceptionGroup."""
    async with asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(each) for each in work]
        yield
        for task in started:
            task.cancel()

"""A peer behind the very server our own doors stand behind."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import uvloop

from aioutlet.http_server import listening


def stand(build: Callable[[], Any]) -> None:
    """Serve what `build` makes until told to end, and say at which URL."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_stand(build))


async def _stand(build: Callable[[], Any]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with listening(build(), host="127.0.0.1", port=0, setting="nothing") as url:
        print(url, flush=True)  # noqa: T201 - its parent reads it
        await stop.wait()

"""A Faust application that is stopped before its consumer's thread has begun leaves nothing open."""

import asyncio
from pathlib import Path

from streams import agents
from streams.fetch_pacing import FetchPacing


async def test_the_loop_of_a_thread_that_never_ran_is_closed(tmp_path: Path) -> None:
    app = agents.build_app("unused", [], broker="127.0.0.1:1", pacing=FetchPacing(), data=tmp_path)
    loop: asyncio.AbstractEventLoop = app.consumer._thread.thread_loop  # type: ignore[attr-defined]
    assert not loop.is_closed()
    await app.stop()
    assert loop.is_closed()

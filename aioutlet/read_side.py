"""The process of the embedded wiring's read side: query API and BFF, behind sockets that its parent listens on.

`python -m aioutlet.read_side DESCRIPTOR DESCRIPTOR`, of the sockets for queries and for pages. Its settings are those
of the environment. On standard input it is told in JSON lines: first of the parts of the shop, then of the checkpoints
of views that have moved, each as `[view, topic, partition, position]`. It ends when standard input does.
"""

import asyncio
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import orjson
import uvloop

from aioutlet.child_process import READY
from aioutlet.gc_tuning import tune_gc, without_gc
from aioutlet.process_log import configure_process_log
from aioutlet.read_side_process import Parts
from aioutlet.settings import CannotStart, Settings, read
from schemas.topics import TopicPartition

if TYPE_CHECKING:
    from query_api.checkpoint_watcher import CheckpointWatcher

LINE = 4_194_304
"""Bytes of the longest line."""


def main() -> None:
    """Serve until standard input ends."""
    # Ctrl-C and a service manager signal every process of the shop; pages are answered until the parent stops.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    settings, parent = read(), os.getppid()
    configure_process_log(settings, "read side")
    queries, pages = (socket.socket(fileno=int(each)) for each in sys.argv[1:])
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, queries, pages, parent))
    except* CannotStart as faults:
        sys.stdout.write("\n".join(str(each) for each in faults.exceptions))
        sys.exit(1)


async def _serve(settings: Settings, queries: socket.socket, pages: socket.socket, parent: int) -> None:
    with without_gc():  # the parent opens the shop meanwhile
        from aioutlet.read_side_components import open_read_side
    told = await _standard_input()
    if not (first := await told.readline()):
        return
    async with open_read_side(settings, Parts(**orjson.loads(first)), queries, pages) as watcher:
        tune_gc()
        sys.stdout.buffer.write(READY)
        sys.stdout.flush()
        async for line in told:
            _note(watcher, line)
        if os.getppid() != parent:
            os._exit(0)  # it was killed: who waits for an answer would wait for a part that is gone


def _note(watcher: "CheckpointWatcher", line: bytes) -> None:
    for view, topic, partition, position in orjson.loads(line):
        watcher.advance(view, TopicPartition(topic, partition), position)


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


if __name__ == "__main__":
    main()

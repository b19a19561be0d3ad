"""One side as a process of its own: it is told seconds, a line each, and tells what it did, a line of JSON each.

So no side pays for the other's threads or garbage, and a peer may be written in any language.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench.sampling import Sample, Side

ROOT = Path(__file__).parents[1]
LINE = 1 << 20
END = 30.0
"""Seconds a process may take to end."""


class WorkerFailed(Exception):
    """A side ended, or said what nobody understands; the message ends with what it complained of."""


@asynccontextmanager
async def working(command: Sequence[str], *, complaints: Path, settings: Mapping[str, str] = {}) -> AsyncIterator[Side]:
    """A worker while the context is open; what it says to standard error goes to the file `complaints`."""
    with complaints.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env={**os.environ, **settings},
            limit=LINE,
        )

    async def run(seconds: float) -> Sample:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"%r\n" % seconds)
        line = await process.stdout.readline()
        try:
            said = orjson.loads(line)
            return Sample(said["done"], said["seconds"], said.get("extra", {}))
        except (LookupError, ValueError) as error:
            raise WorkerFailed(f"{' '.join(command)}: {line!r}\n{_end_of(complaints)}") from error

    try:
        yield run
    finally:
        if process.stdin:
            process.stdin.close()
        await ended(process)


async def ended(process: asyncio.subprocess.Process) -> None:
    """Wait for a process that was told to end, and kill it when it takes too long."""
    try:
        await asyncio.wait_for(process.wait(), END)
    except TimeoutError:
        process.kill()
        await process.wait()


def _end_of(complaints: Path) -> str:
    return complaints.read_text()[-2000:]


def module(name: str, *arguments: str) -> Sequence[str]:
    """The command of a worker that is one of our modules."""
    return (sys.executable, "-m", name, *arguments)


def start_worker(main: Callable[..., Coroutine[Any, Any, None]]) -> None:
    """What a worker's module ends with: its `main`, given the command's arguments, on the loop our services run on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))


async def serve(work: Callable[[float], Awaitable[Sample]]) -> None:
    """The worker's half: read seconds, work, tell; ends with its standard input."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        sample = await work(float(line))
        told = {"done": sample.done, "seconds": sample.seconds, "extra": dict(sample.extra)}
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
        sys.stdout.buffer.flush()

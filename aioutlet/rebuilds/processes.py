"""Runs the processes of a rebuild: one for each core builds its share of the partitions, then one compares."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import orjson

from aioutlet.rebuilds.task import BuildTask
from event_store.reading import EventReader
from projectors.models.registry import models_named
from projectors.rebuild.builder import Progress
from projectors.rebuild.shares import divide

COMMAND = (sys.executable, "-m", "aioutlet.rebuilds")
WORKERS = min(4, os.cpu_count() or 1)
"""Processes that build at once: on more cores the server of the documents is the limit."""

Tell = Callable[[str, Sequence[str], Progress], None]
"""Called with what is done, with which versions, and how far it is."""


class WorkerFailed(Exception):
    """A process has ended before it was done; what it has written counts for the next one."""


async def build(task: BuildTask, reader: EventReader, tell: Tell, *, workers: int = WORKERS) -> None:
    """Build versions from all partitions; `reader` is of the log that the task names.

    Raises:
        ExceptionGroup: Of `WorkerFailed`, for each process that failed or was killed.
    """
    progress: dict[int, Progress] = {}

    def note(share: int, its: Progress) -> None:
        progress[share] = its
        all_ = progress.values()
        lowest, head = min(each.position for each in all_), max(each.head for each in all_)
        if len(progress) == len(shares):
            tell("building", task.versions, Progress(lowest, head, lowest, max(each.seconds for each in all_)))

    async with AsyncExitStack() as ends:
        started = [await ends.enter_async_context(_started()) for _ in range(workers)]  # they import meanwhile
        shares = await divide(reader, models_named(task.versions), task.partitions, workers)
        async with asyncio.TaskGroup() as tasks:
            for number, (process, share) in enumerate(zip(started, shares, strict=False)):
                tasks.create_task(_run(process, task._replace(own=share), partial(note, number)))


async def compare(task: BuildTask, tell: Tell, *, workers: int = WORKERS) -> dict[str, dict[str, Any]]:
    """Compare versions with the log; return what was found, by the version's name.

    Raises:
        ExceptionGroup: Of `WorkerFailed`, for each process that failed or was killed.
    """
    shares = [task.versions[start::workers] for start in range(min(workers, len(task.versions)))]

    async def compare_share(share: list[str]) -> dict[str, Any]:
        async with _started() as process:
            compared = task._replace(compares=True, versions=share)
            return await _run(process, compared, lambda its: tell("comparing", share, its))

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(compare_share(share)) for share in shares]
    return {name: found for each in running for name, found in each.result()["compared"].items()}


@asynccontextmanager
async def _started() -> AsyncIterator[Process]:
    """A process that waits for its task, and is killed with the context: to free many documents would take long."""
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, start_new_session=True)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


async def _run(process: Process, task: BuildTask, note: Callable[[Progress], None]) -> dict[str, Any]:
    """Have a process do a task; return what it has found."""
    if process.stdin is None or process.stdout is None:
        raise TypeError("the process was started with pipes")
    process.stdin.write(orjson.dumps(task._asdict(), default=tuple) + b"\n")
    said: dict[str, Any] = {}
    while line := await process.stdout.readline():
        said = orjson.loads(line)
        if "done" in said:
            return said
        if "events" in said:
            note(Progress(**said))
    raise WorkerFailed(said.get("failed") or f"exit code {await process.wait()}")

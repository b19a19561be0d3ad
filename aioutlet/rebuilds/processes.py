"""Runs the processes of a rebuild: one for each core builds its share of the partitions, then one compares."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
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
    shares = await divide(reader, models_named(task.versions), task.partitions, workers)
    progress: dict[int, Progress] = {}

    def note(share: int, its: Progress) -> None:
        progress[share] = its
        all_ = progress.values()
        lowest, head = min(each.position for each in all_), max(each.head for each in all_)
        if len(progress) == len(shares):
            tell("building", task.versions, Progress(lowest, head, lowest, max(each.seconds for each in all_)))

    async with asyncio.TaskGroup() as tasks:
        for number, share in enumerate(shares):
            tasks.create_task(
                _run(task._replace(own=share), lambda its, number=number: note(number, its))  # type: ignore[misc]
            )


async def compare(task: BuildTask, tell: Tell, *, workers: int = WORKERS) -> dict[str, dict[str, Any]]:
    """Compare versions with the log; return what was found, by the version's name.

    Raises:
        ExceptionGroup: Of `WorkerFailed`, for each process that failed or was killed.
    """
    shares = [task.versions[start::workers] for start in range(min(workers, len(task.versions)))]

    async def compare_share(share: list[str]) -> dict[str, Any]:
        return await _run(task._replace(compares=True, versions=share), lambda its: tell("comparing", share, its))

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(compare_share(share)) for share in shares]
    return {name: found for each in running for name, found in each.result()["compared"].items()}


async def _run(task: BuildTask, note: Callable[[Progress], None]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, start_new_session=True)
    if process.stdin is None or process.stdout is None:
        raise TypeError("the process was started with pipes")
    try:
        process.stdin.write(orjson.dumps(task._asdict(), default=tuple) + b"\n")
        said: dict[str, Any] = {}
        while line := await process.stdout.readline():
            said = orjson.loads(line)
            if "events" in said:
                note(Progress(**said))
        if "done" not in said:
            raise WorkerFailed(said.get("failed") or f"exit code {await process.wait()}")
        return said
    finally:
        process.stdin.close()
        if process.returncode is None:
            process.kill()
        await process.wait()

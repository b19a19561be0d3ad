"""A process that builds versions of read models, or compares one with the log: beside the shop, and after it in turn.

`python -m aioutlet.rebuilds`. On standard input it is told its task in a JSON line; it ends when standard input
does, for its parent is gone then. On standard output it says in JSON lines how far it is, and last what it has found.
It opens the log and the documents, and nothing else: no mail, no provider and no broker can be reached from here.
"""

import asyncio
import logging
import os
import sys
import threading
import time
from typing import Any

import orjson
import structlog
import uvloop

from aioutlet.documents import document_client
from aioutlet.gc_tuning import tune_gc
from aioutlet.rebuilds.task import BuildTask
from event_store.opening import open_store
from event_store.reading import EventReader
from projectors.document_io import Database
from projectors.models.registry import models_named
from projectors.rebuild.builder import Builder, Progress
from projectors.rebuild.comparison import compare
from schemas.error_codes import code_of
from schemas.topics import TopicPartition

NICENESS = 10
"""The shop goes first."""
GC_THRESHOLD = 1_000_000
"""New objects before a collection: nearly all are documents that wait, and looking took a twentieth of the time."""
TELL_EVERY = 0.25
"""Seconds between two words about progress."""


def main() -> None:
    """Do one task."""
    os.nice(NICENESS)
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    task = BuildTask(**orjson.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tune_gc(GC_THRESHOLD)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_do(task))
    except Exception as error:
        _tell({"failed": code_of(error)})
        raise


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a lock of the buffer would outlive `main`
        pass
    os._exit(1)


async def _do(task: BuildTask) -> None:
    store = await asyncio.to_thread(open_store, task.log)
    try:
        async with document_client(task.documents) as client:
            database = client.get_database(task.database)
            await (_compare if task.compares else _build)(task, database, store)
    finally:
        await store.close()


async def _build(task: BuildTask, database: Database, reader: EventReader) -> None:
    teller = _Teller()
    builder = Builder(
        models_named(task.versions),
        database,
        reader,
        partitions=task.partitions,
        own=[TopicPartition(*each) for each in task.own],
        on_progress=teller.tell,
    )
    _tell({"done": await builder.run()})


async def _compare(task: BuildTask, database: Database, reader: EventReader) -> None:
    teller, compared = _Teller(), {}
    for model in models_named(task.versions):
        began = time.monotonic()

        def note(position: int, end: int, began: float = began) -> None:
            teller.tell(Progress(position, end, position, time.monotonic() - began))

        found = await compare(database, reader, model, partitions=task.partitions, on_position=note)
        compared[model.view.name] = found._asdict()
    _tell({"done": len(compared), "compared": compared})


class _Teller:
    """Says how far the task is, now and then."""

    def __init__(self) -> None:
        self._told_at = 0.0

    def tell(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY:
            self._told_at = now
            _tell(progress._asdict())


def _tell(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.flush()

"""A replay from the log of a shop to where it was asked for."""

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rich.console import Console

from aioutlet.open_log import open_log
from aioutlet.replay.progress import shown
from aioutlet.replay.selecting import Asked, filter_of
from aioutlet.replay.terminal_lines import TerminalLines
from aioutlet.settings import Settings
from aioutlet.terminal import colour
from event_store.reading import EventReader
from history.replay.file import JsonLinesFile
from history.replay.json_lines import JsonLines
from history.replay.pacing import Pace
from history.replay.plan import Plan, describe
from history.replay.selection import Selection, pin_selection
from history.replay.sink import Sink, replay
from history.replay.topic import open_topic
from schemas.errors import Invalid

if TYPE_CHECKING:
    from history.replay.parquet import ParquetFile

STANDARD_OUTPUT, TOPIC = "-", "kafka:"
LINES, PARQUET = (".jsonl", ".ndjson"), ".parquet"


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """What is replayed, where to, and how fast (0: as fast as possible)."""

    asked: Asked
    first: int = 1
    last: int | None = None
    to: str | None = None
    speed: float = 0.0


class Replayed(NamedTuple):
    """How many events were replayed, after which position of an earlier try (0: of none), and in how many seconds."""

    events: int
    taken_up: int
    seconds: float


class Resumable(Sink, Protocol):
    """A sink that knows how far it was filled."""

    plan: Plan
    reached: int


async def run_replay(settings: Settings, request: ReplayRequest) -> Replayed:
    """Replay the log, or go on where the same replay was interrupted.

    Raises:
        CannotStart: No broker is set.
        NotRunning: There is no shop in the folder.
        Invalid: No event is like this, or nothing is known of how to write there.
        OtherReplay: There is something else already.
        Unavailable: The log or the broker does not answer.
        OSError: The file cannot be written.
    """
    began = time.monotonic()
    async with open_log(settings) as log:
        wanted = await filter_of(request.asked, log)
        selection = await pin_selection(log, wanted, first=request.first, last=request.last)
        plan = Plan(await log.log_id(), describe(wanted, request.first, request.last), selection.until)
        if request.to in (None, STANDARD_OUTPUT):
            sink: Sink = TerminalLines(_console()) if request.to is None else JsonLines(sys.stdout.buffer)
            count = await _run(log, selection, sink, request, is_shown=request.to is not None)
            return Replayed(count, 0, time.monotonic() - began)
        async with _open(settings, request.to or "", plan) as resumable:
            left = replace(
                selection,
                after=max(selection.after, resumable.reached),
                until=min(selection.until, resumable.plan.until),
            )
            count = await _run(log, left, resumable, request, is_shown=True)
        return Replayed(count, resumable.reached, time.monotonic() - began)


async def _run(log: EventReader, selection: Selection, sink: Sink, request: ReplayRequest, *, is_shown: bool) -> int:
    with shown("replaying", selection.after + 1, selection.until, is_shown=is_shown) as progress:
        return await replay(log, selection, sink, pace=Pace(request.speed), progress=progress)


@asynccontextmanager
async def _open(settings: Settings, to: str, plan: Plan) -> AsyncIterator[Resumable]:
    if to.startswith(TOPIC):
        async with open_topic(settings.bootstrap, to.removeprefix(TOPIC), plan) as topic:
            yield topic
        return
    file = _open_file(Path(to), plan)
    try:
        yield file
        file.finish()
    finally:
        file.close()


def _open_file(path: Path, plan: Plan) -> "JsonLinesFile | ParquetFile":
    if path.suffix in LINES:
        return JsonLinesFile(path, plan)
    if path.suffix != PARQUET:
        raise Invalid(f"{path}: name it .jsonl or .parquet, or write kafka:TOPIC, or - for standard output")
    from history.replay.parquet import ParquetFile

    return ParquetFile(path, plan)


def _console() -> Console:
    return Console(no_color=colour() is False or None)

"""Log lines for people: a short time, the level, what happened, then its fields."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from traceback import FrameSummary, StackSummary
from typing import TextIO

from structlog.dev import (
    BRIGHT,
    CYAN,
    DIM,
    GREEN,
    RED,
    RESET_ALL,
    YELLOW,
    Column,
    ConsoleRenderer,
    KeyValueColumnFormatter,
)
from structlog.processors import TimeStamper
from structlog.typing import EventDict, ExcInfo, Processor

from schemas.tracebacks import format_traceback

LEVELS = {
    "debug": ("debug", DIM),
    "info": ("info", GREEN),
    "warning": ("warn", YELLOW),
    "error": ("error", RED),
    "critical": ("error", RED),
}
FIRST = ("type", "consumer", "topic")
"""Fields known by their values: they are shown without their names."""
LAST = "correlationId"
"""Ends the line, without its name."""
LEFT_OUT = ("service", "requestId", "traceparent", "causationId")
"""Fields for machines: they are in the JSON form only."""
FRAMEWORKS = re.compile(r"/(asyncio|fastapi|starlette|uvicorn)/")
"""Their frames stand between ours in every traceback, and say nothing."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{4}(?=[0-9a-f]{8})")

Paint = Callable[[str, str], str]
"""Puts a style around a text, or does not."""


def has_colour(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that shows colours, and NO_COLOR (https://no-color.org) does not forbid them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def console_processors(*, colour: bool) -> list[Processor]:
    """What turns an event into a line, after its level is known."""
    paint = _paint if colour else _leave
    return [TimeStamper(fmt="%H:%M:%S", utc=False), _choose_fields, _name_level(paint), _renderer(paint)]


def _choose_fields(_: object, __: str, line: EventDict) -> EventDict:
    for name in LEFT_OUT:
        line.pop(name, None)
    if line["event"] == "request" and "route" in line:
        line["event"] = "{method} {route} {status}".format_map(line)
        line["ms"] = round(line["duration_ms"], 1)
        for name in ("method", "route", "status", "duration_ms"):
            del line[name]
    if "topic" in line and "partition" in line:
        line["topic"] = f"{line['topic'].removeprefix('aioutlet.')}/{line.pop('partition')}"
    if LAST in line:
        line[LAST] = line.pop(LAST)
    return line


def _name_level(paint: Paint) -> Processor:
    def named(_: object, __: str, line: EventDict) -> EventDict:
        word, style = LEVELS.get(line["level"], (line["level"], ""))
        line["level"] = paint(f"{word:5}", style)
        return line

    return named


def _renderer(paint: Paint) -> ConsoleRenderer:
    def bare(style: str, text: Callable[[object], str]) -> KeyValueColumnFormatter:
        return KeyValueColumnFormatter(None, "", "", lambda value: paint(text(value), style))

    def field(key: str, value: object) -> str:
        return paint(_text(value), DIM) if key == LAST else paint(f"{key}=", DIM) + _text(value)

    columns = [
        Column("timestamp", bare(DIM, str)),
        Column("level", KeyValueColumnFormatter(None, "", "", str)),
        Column("event", bare(BRIGHT, lambda event: _printable(str(event)))),
        *(Column(name, bare(CYAN, _text)) for name in FIRST),
        Column("", field),
    ]
    return ConsoleRenderer(columns=columns, sort_keys=False, exception_formatter=write_traceback)


def write_traceback(out: TextIO, fault: ExcInfo) -> None:
    """The traceback without the frameworks' frames; the JSON form has them all."""
    _, error, _ = fault
    out.write("\n" + _printable(format_traceback(error, _own_frames)))


def _own_frames(stack: StackSummary) -> list[FrameSummary]:
    return [_brief(frame) for frame in stack if not FRAMEWORKS.search(frame.filename)] or stack[-1:]


def _brief(frame: FrameSummary) -> FrameSummary:
    """With a path from the working directory on, and without the marks under its code."""
    name = frame.filename.removeprefix(f"{Path.cwd()}/")
    return FrameSummary(name, frame.lineno, frame.name, lookup_line=False, line=frame.line)


def _paint(text: str, style: str) -> str:
    return f"{style}{text}{RESET_ALL}"


def _leave(text: str, _: str) -> str:
    return text


def _text(value: object) -> str:
    """The value, long ids as their last eight digits, in quotes where it would be read as more than one."""
    text = _UUID.sub("…", str(value))
    return text if text.isprintable() and text and " " not in text else repr(text)


def _printable(text: str) -> str:
    """The text without what could move a terminal's cursor."""
    return "".join(each if each.isprintable() or each in "\n\t" else repr(each)[1:-1] for each in text)

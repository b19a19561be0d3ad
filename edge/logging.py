"""Log lines, ours and the libraries' alike: JSON for machines, or short lines for a person at a terminal."""

import logging
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, TextIO, cast

import orjson
import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from edge.console_log import console_processors, has_colour
from edge.context import CURRENT
from schemas.tracebacks import format_traceback

LogFormat = Literal["auto", "console", "json"]


class LossyStream:
    """Drops what cannot be written: a log on a full disk must not end the work that it tells of.

    For each line: `contextlib.suppress` takes half a microsecond, twice.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or not."""
        try:
            return self._stream.write(text)
        except OSError:
            return 0

    def flush(self) -> None:
        """Flush, or not."""
        try:
            self._stream.flush()
        except OSError:
            return


def configure(
    level: str = "INFO",
    service: str = "aioutlet",
    *,
    log_format: LogFormat = "auto",
    requests: bool | None = None,
    stream: TextIO | None = None,
) -> None:
    """Send every line of at least `level` to `stream` (standard error), each saying which `service` wrote it.

    Of the libraries' lines only warnings and worse are kept: what they say of each request may name a person.

    Args:
        level: A level of the standard library.
        service: Who writes.
        log_format: `auto` is `console` on a terminal and else `json`.
        requests: Whether a request that did not fail has a line; unsaid, in the JSON form or when debugging.
        stream: Where to.

    Raises:
        ValueError: There is no such level.
    """
    threshold = logging.getLevelNamesMapping().get(level.upper())
    if threshold is None:
        raise ValueError(f"no log level {level!r}")
    out = stream or sys.stderr
    is_console = log_format == "console" or (log_format == "auto" and out.isatty())
    shared = _common_processors(service)
    rendering = console_processors(colour=has_colour(out)) if is_console else _json_processors()
    keeps_requests = requests if requests is not None else not is_console or threshold <= logging.DEBUG
    structlog.configure(
        processors=[*([] if keeps_requests else [_without_requests]), *shared, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_always(structlog.WriteLogger(cast(TextIO, LossyStream(out)))),
        cache_logger_on_first_use=False,
    )
    _adopt(shared, rendering, out, threshold)


def _always(logger: structlog.WriteLogger) -> Callable[..., structlog.WriteLogger]:
    """Give every line the same logger: the library's own factory makes one for each line."""
    return lambda *_: logger


def _common_processors(service: str) -> list[Processor]:
    def named(_: object, __: str, line: EventDict) -> EventDict:
        line["service"] = service
        if context := CURRENT.get():
            line.setdefault("correlationId", context.correlation_id)
            line.setdefault("requestId", context.request_id)
            line.setdefault("traceparent", context.traceparent)
        return line

    return [named, structlog.processors.add_log_level]


def _json_processors() -> list[Processor]:
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_format_exception),
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def _without_requests(_: object, method: str, line: EventDict) -> EventDict:
    if line["event"] == "request" and method in ("debug", "info"):
        raise structlog.DropEvent
    return line


def _adopt(shared: list[Processor], rendering: list[Processor], out: TextIO, threshold: int) -> None:
    """Make the standard library's loggers, and so every library's, write the same lines."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))


def _format_exception(exc_info: ExcInfo) -> str:
    return format_traceback(exc_info[1])


def log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write what ended the process into its log; a `sys.excepthook`."""
    if not issubclass(kind, Exception | BaseExceptionGroup):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger(__name__).critical("ended by a fault", exc_info=error)


def _json(line: EventDict, default: Any = None, **_: Any) -> str:
    return orjson.dumps(line, default=default or str, option=orjson.OPT_UTC_Z).decode()

"""Every log line as one JSON object, ours and those of the libraries alike, with the names of the request it serves."""

import logging
import sys
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from edge.context import CURRENT


def configure(level: str = "INFO", service: str = "aioutlet", *, stream: TextIO | None = None) -> None:
    """Send every line of at least `level` to `stream` (standard error), each saying which `service` wrote it.

    Of the libraries' lines only warnings and worse are kept: what they say of each request may name a person.

    Raises:
        ValueError: There is no such level.
    """
    threshold = logging.getLevelNamesMapping().get(level.upper())
    if threshold is None:
        raise ValueError(f"no log level {level!r}")
    shared = _processors(service)
    out = stream or sys.stderr
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_json)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _adopt(shared, out, threshold)


def _processors(service: str) -> list[Processor]:
    def named(_: object, __: str, line: EventDict) -> EventDict:
        line["service"] = service
        if context := CURRENT.get():
            line.setdefault("correlationId", context.correlation_id)
            line.setdefault("requestId", context.request_id)
            line.setdefault("traceparent", context.traceparent)
        return line

    return [
        named,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _adopt(shared: list[Processor], out: TextIO, threshold: int) -> None:
    """Make the standard library's loggers, and so every library's, write the same lines."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))


def _json(line: EventDict, default: Any = None, **_: Any) -> str:
    return orjson.dumps(line, default=default or str, option=orjson.OPT_UTC_Z).decode()

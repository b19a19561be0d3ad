"""The lines of the log, as a test reads them."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from edge.logging import LogFormat, configure


@contextmanager
def log_as_before() -> Iterator[None]:
    """Undo afterwards whatever the context configures of the log."""
    root, config = logging.getLogger(), structlog.get_config()
    before = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**config)
        root.handlers[:], root.level = before


@contextmanager
def captured_log(level: str, service: str, *, log_format: LogFormat = "auto") -> Iterator[io.StringIO]:
    """What is logged while the context is open, from `level` on."""
    stream = io.StringIO()
    with log_as_before():
        configure(level, service, log_format=log_format, stream=stream)
        yield stream

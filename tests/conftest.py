"""What every test may ask for by name."""

import gc

import structlog
from hypothesis import HealthCheck, settings
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import add_log_level

pytest_plugins = (
    "tests.services.fixtures",
    "tests.documents",
    "tests.databases",
    "tests.leaving",
    "tests.cancelled_connects",
)

structlog.configure(processors=[add_log_level, ConsoleRenderer(colors=False, exception_formatter=plain_traceback)])
"""Without the values of all local variables, which take seconds to render."""
settings.register_profile("patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # how long an example takes says what else the machine does


def pytest_collection_finish() -> None:
    """Exempt from garbage collection what was imported and collected: it stays, and is much to look through."""
    gc.collect()
    gc.freeze()

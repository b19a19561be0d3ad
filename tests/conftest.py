"""What every test may ask for by name."""

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import add_log_level

pytest_plugins = ("tests.services.fixtures", "tests.documents", "tests.databases")

structlog.configure(processors=[add_log_level, ConsoleRenderer(colors=False, exception_formatter=plain_traceback)])
"""Without the values of all local variables, which take seconds to render."""

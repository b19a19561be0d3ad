"""The log of a process, as its settings say."""

import sys

from aioutlet.settings import Settings
from edge.logging import configure, log_crash


def configure_process_log(settings: Settings, service_name: str) -> None:
    """Send the log of this process to standard error, also what ends it; `service_name` is in each line."""
    configure(settings.log_level, service_name, log_format=settings.log_format, requests=settings.log_requests)
    sys.excepthook = log_crash

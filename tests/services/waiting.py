"""How long a test waits, and waiting for a server that gives no other sign than that it answers."""

import secrets
import socket
import time
from collections.abc import Callable

STUCK_AFTER = 120.0
"""Seconds after which what must come is stuck.

No requirement: a busy machine or a slow disk may take ten times its usual time.
"""
BETWEEN = 0.05
LOWEST, HIGHEST = 20_000, 32_000
"""Below the ports the system hands out itself: a server that is away for a moment finds its port free again."""


def until(condition: Callable[[], bool], *, timeout: float) -> bool:
    """Ask until it holds, for at most `timeout` seconds; whether it came to hold."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(BETWEEN)
    return True


def free_port() -> int:
    """A local port nobody listens on; drawn without the seed that every worker's tests begin with."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""Serves an ASGI application within the running event loop."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

import structlog
import uvicorn

from aioutlet.http_protocol import HttpLimits, LimitedProtocol, LimitedState, enforce_limits
from aioutlet.listeners import bind, url_of
from aioutlet.settings import Settings

GRACEFUL_SHUTDOWN = 5
"""Seconds that running requests have to finish at shutdown."""
OTHER_FILES = 256
"""Files and sockets that a process needs besides the connections of its HTTP servers."""
SERVERS = 2
"""HTTP servers of one process, at most."""

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers (whoever started it stops it), and with limits."""

    def __init__(self, config: uvicorn.Config, limits: HttpLimits) -> None:
        super().__init__(config)
        self.server_state = LimitedState(limits)
        self.is_started = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_started.set()

    async def on_tick(self, counter: int) -> bool:
        enforce_limits(self.server_state, asyncio.get_running_loop().time())
        return await super().on_tick(counter)


def limits_of(settings: Settings) -> HttpLimits:
    """Return the limits that the settings name."""
    return HttpLimits(
        connections=settings.connections,
        header_timeout=settings.header_timeout,
        body_timeout=settings.body_timeout,
        idle_timeout=settings.idle_timeout,
    )


@asynccontextmanager
async def listening(
    app: Any, *, host: str, port: int, setting: str, limits: HttpLimits | None = None
) -> AsyncIterator[str]:
    """Serve `app` while the context is open and give its URL; port 0 takes a free one.

    Raises:
        CannotListen: The message names `setting` where another port would help, else AIOUTLET_HOST.
    """
    with bind(host, port, setting) as listener:
        async with serving(app, listener, limits=limits):
            yield url_of(listener, host)


@asynccontextmanager
async def serving(app: Any, listener: socket.socket, *, limits: HttpLimits | None = None) -> AsyncIterator[None]:
    """Serve `app` on a socket while the context is open."""
    limits = _within_open_files(limits or HttpLimits())
    server = _Server(
        uvicorn.Config(
            app,
            http=LimitedProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # `edge/client_address.py` reads them, of the few requests whose client matters
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL_SHUTDOWN,
        ),
        limits,
    )
    server_task = asyncio.create_task(server.serve(sockets=[listener]), name="HTTP server")
    try:
        await server.is_started.wait()
        yield
    finally:
        server.should_exit = True
        await server_task


def _within_open_files(limits: HttpLimits) -> HttpLimits:
    """Let the process open as many files as its connections need, or lower their limit to what it may open."""
    needed = OTHER_FILES + SERVERS * limits.connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return limits
    connections = max(1, (soft - min(OTHER_FILES, soft // 2)) // SERVERS)
    log.warning("fewer connections: the process may open few files", connections=connections, files=soft)
    return replace(limits, connections=connections)

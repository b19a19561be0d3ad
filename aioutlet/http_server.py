"""Serves an ASGI application within the running event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

BACKLOG = 2_048
GRACEFUL_SHUTDOWN = 5
"""Seconds that running requests have to finish at shutdown."""


class PortTaken(Exception):
    """Another process listens on the port."""


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: whoever started it stops it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_started = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_started.set()


@asynccontextmanager
async def listening(app: Any, *, host: str, port: int, setting: str) -> AsyncIterator[str]:
    """Serve `app` while the context is open and give its URL; port 0 takes a free one.

    Raises:
        PortTaken: Another process listens there; the message names `setting`.
    """
    listener = _bind(host, port, setting)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL_SHUTDOWN,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]), name=setting)
    try:
        await server.is_started.wait()
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listener.close()


def _bind(host: str, port: int, setting: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"{host}:{port} cannot be listened on ({error.strerror}); set {setting} to another") from error
    listener.listen(BACKLOG)
    return listener

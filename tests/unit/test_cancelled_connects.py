"""A connect that a test cancels leaves no socket open."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest


@pytest.fixture
def busy_server() -> Iterator[tuple[str, int]]:
    """The address of a server that accepts nobody, and before which as many wait as may."""
    with ExitStack() as ends:
        server = ends.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        address: tuple[str, int] = server.getsockname()
        for _ in range(4):
            waiting = ends.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(address)
        yield address


async def test_a_connect_that_is_cancelled_closes_its_socket(busy_server: tuple[str, int]) -> None:
    with socket.socket() as sock:
        sock.setblocking(False)
        connecting = asyncio.create_task(asyncio.get_running_loop().sock_connect(sock, busy_server))
        await asyncio.wait([connecting], timeout=0)
        assert not connecting.done()
        connecting.cancel()
        await asyncio.wait([connecting])
        assert connecting.cancelled()
        assert sock.fileno() == -1

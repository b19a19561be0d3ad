"""Closes the socket of a connect that is cancelled.

PyMongo 4.20 leaves it to the garbage collector (`pool_shared._async_create_connection`), whose `ResourceWarning` fails
whatever test runs at that moment.
"""

import asyncio
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Iterator
from socket import socket
from typing import Any

import pytest


@pytest.fixture(autouse=True, scope="session")
def close_cancelled_connects() -> Iterator[None]:
    """Close such sockets in all loops of the tests."""
    connect = BaseSelectorEventLoop.sock_connect

    async def connect_or_close(self: BaseSelectorEventLoop, sock: socket, address: Any) -> None:
        try:
            await connect(self, sock, address)
        except asyncio.CancelledError:
            sock.close()
            raise

    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(BaseSelectorEventLoop, "sock_connect", connect_or_close)
        yield

"""The process of the embedded document server: `nx-27017` on one SQLite file, behind a socket its parent listens on.

`python -m aioutlet.document_server FILE DESCRIPTOR`. It ends when its standard input does: the parent has closed it, or
is gone, whatever ended it. Why it cannot open the file it says on standard output. It imports nothing else of the shop,
so that it starts quickly.
"""

import asyncio
import fcntl
import logging
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import uvloop
from nx_27017.handler import NeoSQLiteHandler
from nx_27017.server import handle_client

CHECKED_BYTES = 67_108_864
"""The largest file that is looked through at start."""


class TransactionalHandler(NeoSQLiteHandler):  # type: ignore[misc]  # it ships no types
    """Writes all updates of a message in one transaction; one for each takes half of the server's time.

    An update that fails, such as one with a duplicate key, is undone alone.
    """

    def handle_command(self, msg: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """As the library's."""
        if not any(kind == "body" and "update" in body for kind, body in msg["sections"]):
            return self._handle(msg)
        connection: sqlite3.Connection = self.conn.db
        # Outside the library's lock: right only because the server has one executor thread.
        connection.execute("BEGIN IMMEDIATE")
        try:
            answer = self._handle(msg)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        return answer

    def _handle(self, msg: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer: tuple[int, dict[str, Any]] = super().handle_command(msg)
        return answer


def main() -> None:
    """Serve until standard input ends."""
    # Ctrl-C and a service manager signal every process of the shop; the parent still writes documents then.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    logging.getLogger("nx_27017").addFilter(_concerns_us)
    _log_places_only()
    path, descriptor = Path(sys.argv[1]), int(sys.argv[2])
    try:
        with _opened(path) as handler, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(handler, socket.socket(fileno=descriptor)))
    except (OSError, sqlite3.Error) as error:
        sys.stdout.write(str(error))
        sys.exit(1)


def _concerns_us(record: logging.LogRecord) -> bool:
    """Not that a client left before its answer: a shop that stops does so."""
    return not record.getMessage().startswith("Error sending response")


class PlaceFormatter(logging.Formatter):
    """Writes where something was logged and which errors led to it: their words may repeat a document."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        return " ".join([record.levelname, f"{record.name}:{record.lineno}", *_kinds(error)])


def _kinds(error: BaseException | None) -> Iterator[str]:
    if error is not None:
        yield type(error).__name__
        yield from _kinds(error.__cause__ or error.__context__)


def _log_places_only() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(PlaceFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    sys.excepthook = lambda *fault: logging.getLogger(__name__).critical("ended by a fault", exc_info=fault)


def _check(path: Path) -> None:
    """As `event_store.sqlite.file_check`, which this process does not import."""
    if path.exists() and path.stat().st_size <= CHECKED_BYTES:
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("file is damaged")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The handler of the file, once no other process has it: a killed shop's server may still be closing it."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _check(path)
        handler = TransactionalHandler(str(path), single_db_compat=True)
        try:
            yield handler
        finally:
            handler.close_all()


async def _serve(handler: Any, listener: socket.socket) -> None:
    connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A plain callback: asyncio would report a coroutine's task that the end of the loop cancels.
        task = asyncio.create_task(handle_client(reader, writer, handler))
        connections[task] = writer
        task.add_done_callback(connections.pop)

    # The handler has one lock for everything: more threads would only wait for it.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    server = await asyncio.start_server(accept, sock=listener)
    await _end_of_input()
    server.close()
    for writer in connections.values():
        writer.close()
    await asyncio.gather(*connections, return_exceptions=True)


async def _end_of_input() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


if __name__ == "__main__":
    main()

"""The document server of the embedded wiring: `nx-27017` on one SQLite file, in a thread and loop of its own."""

import asyncio
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

HOST = "127.0.0.1"


class DocumentServer:
    """Speaks MongoDB's wire protocol on localhost while it is open; what it holds outlives it in `path`."""

    def __init__(self, path: Path, *, port: int = 0) -> None:
        self._path = path
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="documents", daemon=True)

    def start(self) -> str:
        """Listen, and return the URI to connect to.

        Raises:
            OSError: The port is taken or the file cannot be opened.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise OSError(f"no document server on {self._path}: {self._failure}") from self._failure
        return f"mongodb://{HOST}:{self._port}/?directConnection=true"

    def stop(self) -> None:
        """Stop listening, let what runs finish, and close the file."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # told to whoever waits in `start`
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        from nx_27017.handler import NeoSQLiteHandler
        from nx_27017.server import handle_client

        writers: set[asyncio.StreamWriter] = set()
        answering: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # A plain callback: asyncio would report a coroutine's task that the end of the loop cancels.
            task = asyncio.create_task(handle_client(reader, writer, handler))
            writers.add(writer)
            answering.add(task)
            task.add_done_callback(answering.discard)
            task.add_done_callback(lambda _: writers.discard(writer))

        handler: Any = NeoSQLiteHandler(str(self._path), single_db_compat=True)
        try:
            server = await asyncio.start_server(accept, HOST, self._port)
            self._port = server.sockets[0].getsockname()[1]
            self._loop = asyncio.get_running_loop()
            self._ready.set()
            await self._closing.wait()
            server.close()
            for writer in writers:
                writer.close()
            await asyncio.gather(*answering, return_exceptions=True)
        finally:
            handler.close_all()

"""The document server of the embedded wiring, in a process of its own."""

import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from aioutlet.child_process import ChildProcess
from aioutlet.settings import CannotStart

HOST = "127.0.0.1"
BACKLOG = 128
COMMAND = (sys.executable, "-m", "aioutlet.document_server")


class DocumentServerFailed(CannotStart):
    """It cannot open its file, or ends as often as it is started."""


class DocumentServer:
    """Speaks MongoDB's protocol on localhost, over one SQLite file that stays, while its context is open.

    The context's URI is good at once and never changes: this process holds the listening socket, and connections wait
    in its backlog while the child starts, for the first time or after a crash. What was acknowledged survives a crash.
    """

    def __init__(self, path: Path, *, command: Sequence[str] = COMMAND) -> None:
        self._path = path
        self._command = command

    async def __aenter__(self) -> str:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._listener = socket.create_server((HOST, 0), backlog=BACKLOG)
        descriptor = self._listener.fileno()
        self._child = ChildProcess(
            "document server",
            (*self._command, str(self._path), str(descriptor)),
            descriptors=[descriptor],
            unopened=self._unopened,
            unstable=self._unstable,
            logs_lines=True,
        )
        await self._child.start()
        return f"mongodb://{HOST}:{self._listener.getsockname()[1]}/?directConnection=true"

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._child.stop()
        self._listener.close()

    async def supervise(self) -> None:
        """Start the process again whenever it ends, until cancelled.

        Raises:
            DocumentServerFailed: The first process cannot open the file, or they end too often.
        """
        await self._child.supervise()

    def _unopened(self, why: str) -> DocumentServerFailed:
        words = f"no document server on {self._path}: {why}"
        return DocumentServerFailed(f"AIOUTLET_DATA: {words}; remove that file, and it is made again from the log")

    def _unstable(self, cause: str) -> DocumentServerFailed:
        return DocumentServerFailed(f"the document server on {self._path} does not stay up: {cause}")

"""The document server of the embedded wiring: starts its process, starts it again after a crash, and stops it."""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn

import structlog

from aioutlet.settings import CannotStart

HOST = "127.0.0.1"
BACKLOG = 128
COMMAND = (sys.executable, "-m", "aioutlet.document_server")
ENDS, WINDOW = 5, 10.0
"""It is given up when it has ended so many times within so many seconds."""
BACKOFF = 0.1
"""Seconds before it is started again, doubled for each other end within the window."""
GRACE = 10.0
"""Seconds it may take to finish its work and close its file when we stop."""

log = structlog.get_logger(__name__)


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
        await self._start()
        return f"mongodb://{HOST}:{self._listener.getsockname()[1]}/?directConnection=true"

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()
        self._listener.close()

    async def supervise(self) -> NoReturn:
        """Start the process again whenever it ends, until cancelled.

        Raises:
            DocumentServerFailed: The first process cannot open the file, or they end too often.
        """
        ends: deque[float] = deque(maxlen=ENDS)
        has_opened = False
        while True:
            failure = await self._ended()
            has_opened = has_opened or not failure
            if not has_opened:
                words = f"no document server on {self._path}: {failure}"
                raise DocumentServerFailed(
                    f"AIOUTLET_DATA: {words}; remove that file, and it is made again from the log"
                )
            cause = failure or _told(await self._process.wait())
            ends.append(asyncio.get_running_loop().time())
            recent = sum(end > ends[-1] - WINDOW for end in ends)
            if recent == ENDS:
                raise DocumentServerFailed(f"the document server on {self._path} does not stay up: {cause}")
            log.warning("document server ended", cause=cause, ends=recent)
            await asyncio.sleep(BACKOFF * 2**recent)
            await self._start()

    async def _start(self) -> None:
        descriptor = self._listener.fileno()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            str(self._path),
            str(descriptor),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            pass_fds=[descriptor],
            start_new_session=True,
        )
        self._logging = asyncio.create_task(_log_lines(self._process), name="document server's log")

    async def _ended(self) -> str:
        """Wait for the end of the process; why it could not open its file, or nothing."""
        failure = await self._process.stdout.read() if self._process.stdout else b""
        await self._logging
        return failure.decode()

    async def _stop(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), GRACE)
        except TimeoutError:
            log.warning("document server killed", seconds=GRACE)
            self._process.kill()
        await self._logging
        await self._process.wait()


async def _log_lines(process: Process) -> None:
    """Write what the process says on its standard error into our log."""
    while process.stderr and (line := await process.stderr.readline()):
        log.warning("document server", line=line.decode(errors="replace").rstrip())


def _told(exit_code: int) -> str:
    return f"exit code {exit_code}" if exit_code >= 0 else signal.Signals(-exit_code).name

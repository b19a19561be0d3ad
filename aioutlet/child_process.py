"""A process beside the shop's own: it is started again after a crash, and ends with its parent, whatever ends that."""

import asyncio
import signal
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from aioutlet.settings import CannotStart

READY = b"ready\n"
"""What a child may write on its standard output once it works; anything else there is why it cannot."""
ENDS, WINDOW = 5, 10.0
"""It is given up when it has ended so many times within so many seconds."""
BACKOFF = 0.1
"""Seconds before it is started again, doubled for each other end within the window."""
GRACE = 10.0
"""Seconds it may take to finish its work when we stop."""
UNSENT = 1_048_576
"""Bytes that may wait for a child to read them."""

log = structlog.get_logger(__name__)


class ChildProcess:
    """Runs a command whose standard input ends when it is to stop."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        descriptors: Sequence[int] = (),
        unopened: Callable[[str], CannotStart],
        unstable: Callable[[str], CannotStart],
        logs_lines: bool = False,
    ) -> None:
        """Prepare it.

        Args:
            name: What it is called in the log.
            command: The program and its arguments.
            descriptors: Open files that it gets under the same numbers.
            unopened: Returns the error with which the shop ends, of what the first process says why it cannot work.
            unstable: The same, of how the last of those ended that did not stay up.
            logs_lines: Whether its standard error is no log of ours, and each line of it becomes a warning.
        """
        self.ready = asyncio.Event()
        self._name = name
        self._command = command
        self._descriptors = descriptors
        self._unopened = unopened
        self._unstable = unstable
        self._logs_lines = logs_lines
        self._first_lines: bytes = b""
        self._is_stopped = False

    async def start(self) -> None:
        """Start it once."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE if self._logs_lines else None,
            pass_fds=self._descriptors,
            start_new_session=True,
        )
        self.send(self._first_lines)
        self._logging = asyncio.create_task(_log_lines(self._name, self._process), name=f"log of the {self._name}")

    def begin_with(self, lines: bytes) -> None:
        """Send these lines now, and first to every process that is started later."""
        self._first_lines = lines
        self.send(lines)

    def send(self, lines: bytes) -> None:
        """Write to its standard input; what it is too busy to read, or has ended before, is lost."""
        stdin = self._process.stdin
        if lines and stdin and not stdin.is_closing() and stdin.transport.get_write_buffer_size() < UNSENT:
            stdin.write(lines)

    async def supervise(self) -> None:
        """Start it again whenever it ends, until it is stopped.

        Raises:
            CannotStart: The first process cannot start, or they end too often.
        """
        ends: deque[float] = deque(maxlen=ENDS)
        has_opened = False
        while True:
            failure = await self._ended()
            if self._is_stopped:
                return
            has_opened = has_opened or not failure
            if not has_opened:
                raise self._unopened(failure)
            cause = failure or _told(await self._process.wait())
            ends.append(asyncio.get_running_loop().time())
            recent = sum(end > ends[-1] - WINDOW for end in ends)
            if recent == ENDS:
                raise self._unstable(cause)
            log.warning(f"{self._name} ended", cause=cause, ends=recent)
            await asyncio.sleep(BACKOFF * 2**recent)
            await self.start()

    async def stop(self) -> None:
        """Let it finish, or kill it after `GRACE`."""
        self._is_stopped = True
        if self._process.stdin:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), GRACE)
        except TimeoutError:
            log.warning(f"{self._name} killed", seconds=GRACE)
            self._process.kill()
        await self._logging
        await self._process.wait()

    async def _ended(self) -> str:
        """Wait for the end of the process; why it cannot work, or nothing."""
        failure = b""
        while self._process.stdout and (line := await self._process.stdout.readline()):
            if line == READY:
                self.ready.set()
            else:
                failure += line
        await self._logging
        return failure.decode().rstrip()


async def _log_lines(name: str, process: Process) -> None:
    """Write what the process says on its standard error into our log."""
    while process.stderr and (line := await process.stderr.readline()):
        log.warning(name, line=line.decode(errors="replace").rstrip())


def _told(exit_code: int) -> str:
    return f"exit code {exit_code}" if exit_code >= 0 else signal.Signals(-exit_code).name

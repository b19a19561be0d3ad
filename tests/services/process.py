"""Server processes that outlive whoever started them, and are known again by whoever comes next."""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.services.waiting import until

STOPPING = 20.0
"""Seconds a server may take to stop when asked to, before it is killed."""
_STARTED_HERE: "dict[int, subprocess.Popen[bytes]]" = {}
"""Servers whose parent we are: it is for us to hear of their end."""


class Process(NamedTuple):
    """A process by its number and the moment it started: numbers are given again, moments are not."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """The process of this number, if there is one that still runs."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        state, started = fields[0], int(fields[19])
        return None if state in "ZX" else cls(pid, started)

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return Process.of(self.pid) == self

    @property
    def family(self) -> "list[Process]":
        """It and all its descendants that run."""
        born = _children()
        found, pids = [], [self.pid]
        while pids:
            pid = pids.pop()
            pids += born.get(pid, ())
            if process := Process.of(pid):
                found.append(process)
        return found

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; one that has ended is left alone."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def stop(self, number: signal.Signals) -> None:
        """Ask it to stop, and wait until it and its children have; what does not listen is killed."""
        family = self.family
        self.send(number)
        if not until(lambda: not any(each.is_alive for each in family), timeout=STOPPING):
            self.kill()

    def kill(self) -> None:
        """SIGKILL to it and its children, as a machine that loses its power would."""
        family = self.family
        for each in family:
            each.send(signal.SIGKILL)
        until(lambda: not any(each.is_alive for each in family), timeout=STOPPING)


def spawn(command: Sequence[str], *, log: Path, user: str | None) -> int:
    """Start a server in a session of its own, with everything it says in `log`; its number."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=log.parent,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    _STARTED_HERE[child.pid] = child
    return child.pid


def bury(pid: int) -> int | None:
    """Let go of a server that has ended; with which exit code, if it was started here and is not buried yet."""
    child = _STARTED_HERE.pop(pid, None)
    return child.wait() if child else None


def _children() -> dict[int, list[int]]:
    born: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            born.setdefault(parent, []).append(int(stat.parent.name))
    return born

"""One real server a shop stands on: installed where it can be, started on a free port, stopped, killed, wiped."""

import json
import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from tests.services.process import Process, bury, spawn
from tests.services.waiting import free_port, until

Say = Callable[[str], None]
LAST_LINES = 15


class Missing(Exception):
    """A part cannot be had on this machine; the message says what to do."""


class NotReady(Exception):
    """A part was started and does not answer; the message ends with the last lines of its log."""


def silent(_: str) -> None:
    """Say nothing."""


class Part(ABC):
    """A server below `home`: its data, its log, and in `part.json` how to find it again.

    It keeps its port until it is removed, so whoever was connected finds it again after a restart.
    """

    name: str
    what: str
    start_timeout: ClassVar[float] = 60.0
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    ports: ClassVar[int] = 1
    is_slower_in_tests: ClassVar[bool] = False
    """Whether it runs otherwise where it is not measured, to be ready sooner."""

    def __init__(self, home: Path, *, say: Say = silent, is_measured: bool = False) -> None:
        self.folder = home / self.name
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._say = say
        self.is_measured = is_measured

    @abstractmethod
    def install(self, *, system: bool) -> None:
        """Make sure its programs are there; Debian packages are installed only when `system` says so.

        Raises:
            Missing: They cannot be had.
        """

    @abstractmethod
    def initialise(self) -> None:
        """Make `data`, which is not there."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """What to run."""

    @property
    @abstractmethod
    def url(self) -> str:
        """How it is reached."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it answers in its own protocol."""

    @property
    def user(self) -> str | None:
        """Whose process it is, where not ours."""
        return None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._ports[0]

    @property
    def _ports(self) -> list[int]:
        found: list[int] = self._known()["ports"]
        return found

    @property
    def process(self) -> Process | None:
        """The running server, if it runs; also one that somebody else started."""
        known = self._known()
        process = Process(known["pid"], known["started"]) if "pid" in known else None
        return process if process and process.is_alive else None

    @property
    def is_up(self) -> bool:
        """Whether it runs and answers."""
        return self.process is not None and self.answers()

    def start(self) -> str:
        """Run it, unless it runs already, and return its URL once it answers.

        Raises:
            NotReady: It does not answer, or ended.
        """
        if self.process is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            if "ports" not in self._known():
                self._note({"ports": [free_port() for _ in range(self.ports)]})
            if not self.data.exists():
                self.initialise()
            self._run()
        self._wait()
        return self.url

    def stop(self) -> None:
        """Let it finish and end; its data stays."""
        self._say(f"{self.name}: stopping")
        self._end(lambda process: process.stop(self.stop_signal))

    def kill(self) -> None:
        """SIGKILL; its data stays as it is at that moment."""
        self._end(Process.kill)

    def pause(self) -> None:
        """SIGSTOP: it keeps its connections and answers nobody."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT: it goes on where it was paused."""
        self._signal_all(signal.SIGCONT)

    def restart(self) -> str:
        """Stop and start again on the same port and data."""
        self.stop()
        return self.start()

    def wipe(self) -> None:
        """Stop it and lose its data; the next start is on the same port."""
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        """The last lines of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LAST_LINES:])

    def _run(self) -> None:
        self._say(f"{self.name}: starting {self.what} on port {self.port}")
        pid = spawn(self.command(), log=self.log, user=self.user)
        process = Process.of(pid)
        self._note({"pid": pid, "started": process.started if process else 0})

    def _wait(self) -> None:
        until(lambda: self.process is None or self.answers(), timeout=self.start_timeout)
        if not self.is_up:
            how = "does not answer" if self.process else "ended at once"
            self.kill()
            raise NotReady(f"{self.name} {how}; its log is {self.log} and ends with:\n{self.said()}")

    def _end(self, how: Callable[[Process], None]) -> None:
        if process := self.process:
            self._signal_all(signal.SIGCONT)
            how(process)
        if pid := self._known().get("pid"):
            bury(pid)

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self.process.family if self.process else ():
            process.send(number)

    def _known(self) -> dict[str, Any]:
        path = self.folder / "part.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _note(self, words: Mapping[str, Any]) -> None:
        draft = self.folder / "part.new"
        draft.write_text(json.dumps(self._known() | dict(words)))
        draft.replace(self.folder / "part.json")

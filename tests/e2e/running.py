"""The shop as a user runs it: a process of its own, on free ports, in a folder of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from aioutlet.data_folder import ADDRESSES
from tests.services.waiting import STUCK_AFTER

ROOT = Path(__file__).parents[2]
RUN = (sys.executable, "-m", "aioutlet", "run")
LAST_LINE = "Stop "
"""How the greeting ends; from here on the shop answers."""
SECRET = "a secret that only these tests know of"
FREE_PORTS = {"AIOUTLET_BFF_PORT": "0", "AIOUTLET_COMMAND_PORT": "0", "AIOUTLET_QUERY_PORT": "0"}


class ShopProcess:
    """Starts, kills and starts again what keeps its things in `data`."""

    def __init__(self, data: Path, settings: Mapping[str, str] = {}, command: Sequence[str] = RUN) -> None:
        self.data = data
        self.environment = {**os.environ, **FREE_PORTS, "AIOUTLET_DATA": str(data), **settings}
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._errors = data.with_suffix(".errors")

    def start(self) -> str:
        """Open the shop, and return its greeting."""
        with self._errors.open("a") as errors:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        return self._greeting()

    def addresses(self) -> dict[str, str]:
        """Where it is, as it says itself."""
        found: dict[str, str] = orjson.loads((self.data / ADDRESSES).read_bytes())
        return found

    def errors(self) -> str:
        """What it complained of since it was first started."""
        return self._errors.read_text()

    def kill(self) -> None:
        """Give it no time to say good-bye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to close, as Ctrl-C does."""
        self._end(signal.SIGINT)

    def ended(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self._process
        return self._process.wait(timeout=STUCK_AFTER)

    def __enter__(self) -> "ShopProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _greeting(self) -> str:
        assert self._process
        assert self._process.stdout
        lines: list[str] = []
        while not lines or not lines[-1].strip().startswith(LAST_LINE):
            line = self._process.stdout.readline()
            assert line, self.errors()
            lines.append(line)
        return "".join(lines)

    def _end(self, number: int) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, number)
        if self._process:
            self._process.communicate(timeout=STUCK_AFTER)

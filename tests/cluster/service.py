"""One process of `aioutlet service`, as a part that can be killed, paused and started again."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from tests.services.part import Part, Say, silent
from tests.services.process import bury

ASKING = 5.0
"""Seconds a service may take to say how it is."""
PORTS = ("AIOUTLET_BFF_PORT", "AIOUTLET_COMMAND_PORT", "AIOUTLET_QUERY_PORT", "AIOUTLET_HEALTH_PORT")
"""Each service listens on one of them."""
PROGRAM = ("-m", "aioutlet")


class Service(Part):
    """It runs on what `environment` says, and is ready when it says so itself."""

    def __init__(
        self,
        home: Path,
        kind: str,
        number: int,
        environment: Mapping[str, str],
        *,
        program: Sequence[str] = PROGRAM,
        say: Say = silent,
    ) -> None:
        self.kind = kind
        self.name = f"{kind}-{number}"
        self.what = f"the service {kind}"
        self._environment = environment
        self._program = program
        super().__init__(home, say=say)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def install(self, *, system: bool) -> None:
        """It is what we test."""

    def initialise(self) -> None:
        self.data.mkdir()

    def command(self) -> Sequence[str]:
        own = {"AIOUTLET_DATA": str(self.data), **dict.fromkeys(PORTS, str(self.port))}
        settings = [f"{name}={value}" for name, value in {**self._environment, **own}.items()]
        return ("env", *settings, sys.executable, *self._program, "service", self.kind)

    def answers(self) -> bool:
        answer = self.ask("/health/ready")
        return answer is not None and answer.is_success

    def ask(self, path: str) -> httpx.Response | None:
        """What it answers; None when it does not."""
        try:
            return httpx.get(f"{self.url}{path}", timeout=ASKING)
        except httpx.TransportError:
            return None

    def exit_code(self) -> int | None:
        """With which it has ended, once."""
        return bury(self._known()["pid"])

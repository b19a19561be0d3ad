"""The shop as separate service processes on real parts, all of them at hand."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from aioutlet.services import BFF, SERVICES
from tests.cluster.service import PROGRAM, Service
from tests.services.part import Say, silent

ROOT = Path(__file__).parents[2]
COMMANDS = "command-api"
PARTITIONS = 12
SECRETS = {"AIOUTLET_TOKEN_SECRET": "t" * 32, "AIOUTLET_MASTER_KEY": "m" * 32, "AIOUTLET_LOG_KEY": "l" * 32}
ASKED = {"commandApi": f"{COMMANDS}-1", "queryApi": "query-api-1", "bff": f"{BFF}-1"}
AIOUTLET = (sys.executable, "-m", "aioutlet")


class Cluster:
    """One process of every service, or as many as `workers` says; what it needs of the real parts runs already."""

    def __init__(
        self,
        home: Path,
        *,
        store: str,
        broker: str,
        documents: str,
        smtp: str,
        workers: Mapping[str, int] = {},
        settings: Mapping[str, str] = {},
        program: Sequence[str] = PROGRAM,
        say: Say = silent,
    ) -> None:
        """Run `program` in the place of the shop's own command."""
        self.home = home
        self._program = program
        self.environment = {
            **SECRETS,
            "AIOUTLET_STORE": store,
            "AIOUTLET_BROKER": f"kafka://{broker}",
            "AIOUTLET_DOCUMENTS": documents,
            "AIOUTLET_PARTITIONS": str(PARTITIONS),
            "AIOUTLET_LOG_LEVEL": "WARNING",
            "AIOUTLET_SMTP": smtp,
            "AIOUTLET_MAIL_FROM": "shop@aioutlet.example",
            "AIOUTLET_PROVIDER_BOOKS": str(home / "provider.sqlite"),
            "AIOUTLET_TREE": str(home / "tree"),
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self._say = say
        self.services = [self.service(kind, number + 1) for kind in SERVICES for number in range(workers.get(kind, 1))]

    def service(self, kind: str, number: int) -> Service:
        """A service like the others, which belongs to the shop only if it is one of `services`."""
        return Service(self.home, kind, number, self.environment, program=self._program)

    def named(self, name: str) -> Service:
        """One of `services`."""
        return next(service for service in self.services if service.name == name)

    def set_up(self) -> None:
        """Make tables and topics, where they are missing."""
        for job in ("migrate", "topics"):
            subprocess.run((*AIOUTLET, job), check=True, capture_output=True, env=os.environ | self.environment)

    def start(self) -> None:
        """Start every service that does not run, and wait until all are ready; each is told where it finds others."""
        doors = (COMMANDS, BFF)
        self._start([service for service in self.services if service.kind == COMMANDS])
        self.environment["AIOUTLET_COMMAND_URL"] = self.named(f"{COMMANDS}-1").url
        self._start([service for service in self.services if service.kind not in doors])
        self.environment["AIOUTLET_QUERY_URL"] = self.named("query-api-1").url
        self._start([service for service in self.services if service.kind == BFF])

    def _start(self, services: Sequence[Service]) -> None:
        with ThreadPoolExecutor(len(services)) as pool:
            for url, service in zip(pool.map(Service.start, services), services, strict=True):
                self._say(f"{service.name:14} {url}   log {service.log}")

    def revive(self) -> list[str]:
        """Start those again that have ended, as `restart: unless-stopped` does; their names."""
        ended = [service for service in self.services if service.process is None]
        for service in ended:
            self._say(f"{service.name} has ended: {service.said()}")
            service.start()
        return [service.name for service in ended]

    def stop(self) -> None:
        """Ask all of them to end."""
        with ThreadPoolExecutor(len(self.services)) as pool:
            list(pool.map(Service.stop, self.services))

    def addresses(self) -> dict[str, str]:
        """The URLs at which it is asked, by the names that a shop in one process publishes its own under."""
        return {name: self.named(service).url for name, service in ASKED.items()}

    def ports(self) -> dict[str, str]:
        """The settings by which a command finds both APIs."""
        doors = {"AIOUTLET_COMMAND_PORT": "command-api-1", "AIOUTLET_QUERY_PORT": "query-api-1"}
        return {name: str(self.named(service).port) for name, service in doors.items()}

    @contextmanager
    def journeying(self, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
        """`aioutlet journey` under way through these services; what it says is in the file `journey`."""
        with (
            (self.home / "journey").open("wb") as said,
            subprocess.Popen(
                (*AIOUTLET, "journey", "--direct", *options),
                env=os.environ | self.environment | self.ports(),
                stdout=said,
                stderr=subprocess.STDOUT,
            ) as journey,
        ):
            try:
                yield journey
            finally:
                journey.kill()

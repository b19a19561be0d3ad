"""PostgreSQL from Debian's package, on a cluster of its own that is as durable as a real one."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.services import debian
from tests.services.part import Missing, Part

INSTALLED = Path("/usr/lib/postgresql")
PACKAGES = ("postgresql",)
NO_CLUSTER = """
    mkdir -p /etc/postgresql-common && cd /etc/postgresql-common
    test -e createcluster.conf || echo 'create_main_cluster = false' > createcluster.conf"""
OWNERS = ("postgres", "nobody")
"""Who runs it where we are root, which it refuses to run as."""


class PostgreSQL(Part):
    """A server whose superuser `postgres` needs no password from this machine."""

    name = "postgres"
    what = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": clients are sent away, everything is written

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def user(self) -> str | None:
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(name for name in OWNERS if name in known)

    def install(self, *, system: bool) -> None:
        if _programs() is None and system:
            _keep_debian_from_starting_one()
            debian.install(self.what, PACKAGES, say=self._say)
        if _programs() is None:
            raise debian.missing(self.what, PACKAGES)

    def initialise(self) -> None:
        self._say(f"{self.name}: making a cluster")
        self.data.mkdir()
        if self.user:
            shutil.chown(self.data, self.user)
        command = (self._program("initdb"), "-D", str(self.data), "-U", "postgres", "-A", "trust", "-N")
        locale = ("-E", "UTF8", "--locale=C.UTF-8", "--no-instructions")
        made = subprocess.run(
            (*command, *locale),
            check=False,
            capture_output=True,
            text=True,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            cwd="/",
        )
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise Missing(f"{self.what}: initdb failed; can {self.user} enter {self.folder}?\n{made.stderr.strip()}")

    def command(self) -> Sequence[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "fsync": "on",
            "synchronous_commit": "on",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return (self._program("postgres"), "-D", str(self.data), *options)

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _program(self, name: str) -> str:
        found = _programs()
        if found is None:
            raise debian.missing(self.what, PACKAGES)
        return str(found / name)


def _programs() -> Path | None:
    """The newest release's folder of programs."""
    found = [path.parent for path in INSTALLED.glob("*/bin/initdb")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def _keep_debian_from_starting_one() -> None:
    """Its package makes a cluster on port 5432 and starts it, unless this is written before."""
    become = debian.become_root()
    if become is not None:
        subprocess.run((*become, "sh", "-c", NO_CLUSTER), check=True)

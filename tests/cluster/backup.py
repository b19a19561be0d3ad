"""A backup of the database the log is in, and putting it back while everything else stays as it is."""

import subprocess
from pathlib import Path

from tests.services.part import Part


def back_up(postgres: Part, copy: Path) -> None:
    """Copy the data of a server, which is stopped meanwhile."""
    postgres.stop()
    _copy(postgres.data, copy)
    postgres.start()


def put_back(postgres: Part, copy: Path) -> None:
    """Put a copy where the data of the server was."""
    postgres.wipe()
    _copy(copy, postgres.data)
    postgres.start()


def _copy(source: Path, target: Path) -> None:
    subprocess.run(("cp", "-a", str(source), str(target)), check=True)

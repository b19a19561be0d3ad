"""Where the parts live: one folder for `make services`, and one for each test session that starts its own."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments, NxDocuments
from tests.services.part import Part, Say, silent
from tests.services.postgres import PostgreSQL
from tests.services.process import Process

PARTS: tuple[type[Part], ...] = (PostgreSQL, Kafka, JavaDocuments, NxDocuments)
PREFIX = f"aioutlet-services-{os.getuid()}"


def shared_home() -> Path:
    """The folder of `make services`; made by whoever starts something in it."""
    return Path(tempfile.gettempdir()) / PREFIX


def session_home() -> Path:
    """A new folder that is found and cleared away later should this process not come to do it."""
    me = Process.of(os.getpid())
    prefix = f"{PREFIX}-{os.getpid()}-{me.started if me else 0}-"
    return made(Path(tempfile.mkdtemp(prefix=prefix)))


@contextmanager
def removed_at_last(home: Path) -> Iterator[Path]:
    """Stop whatever was started below `home`, and remove it."""
    try:
        yield home
    finally:
        for note in home.glob("*/part.json"):
            known = json.loads(note.read_text())
            Process(known["pid"], known["started"]).kill()
        shutil.rmtree(home, ignore_errors=True)


def made(home: Path) -> Path:
    """`home` as a folder through which every part's user can reach its own.

    Raises:
        PermissionError: Somebody else made it.
    """
    home.mkdir(mode=0o711, exist_ok=True)
    if home.stat().st_uid != os.getuid():
        raise PermissionError(f"{home} belongs to somebody else; set TMPDIR to a folder of your own")
    home.chmod(0o711)
    return home


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """One at a time starts and stops things in `home`."""
    with (home / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def parts(home: Path, *, say: Say = silent) -> list[Part]:
    """Every part there is, below `home`."""
    return [kind(home, say=say) for kind in PARTS]


def clear_away() -> None:
    """Remove what test sessions that were killed left running."""
    for home in shared_home().parent.glob(f"{PREFIX}-*-*-*"):
        pid, started, _ = home.name.removeprefix(f"{PREFIX}-").split("-", 2)
        if home.stat().st_uid == os.getuid() and not Process(int(pid), int(started)).is_alive:
            with removed_at_last(home):
                pass

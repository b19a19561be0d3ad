"""The data folder of the embedded shop: what its files are called, who has it, and where its shop is reached."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import orjson

from aioutlet.settings import CannotStart, Settings

LOG, DOCUMENTS, ADDRESSES, LOCK, DEMO = "log.sqlite", "documents.sqlite", "shop.json", "shop.lock", "demo.loaded"
READ_SIDE_LOCK = "read-side.lock"
TOKEN_SECRET, MASTER_KEY, FAUST, BOOKS = "token.secret", "master.key", "faust", "provider.sqlite"
LOG_KEY, OLD_LOG_KEY, TREE = "log.key", "log.key.old", "tree"
IDENTITY, DEMO_ACCOUNTS = "identity.sqlite", "demo.accounts.json"
DRAFT = ".new"
OURS = frozenset(
    (
        *(
            f"{database}{suffix}"
            for database in (LOG, DOCUMENTS, BOOKS, IDENTITY)
            for suffix in ("", "-wal", "-shm", "-journal", ".lock")
        ),
        *(
            f"{name}{suffix}"
            for name in (ADDRESSES, TOKEN_SECRET, MASTER_KEY, LOG_KEY, OLD_LOG_KEY, DEMO_ACCOUNTS)
            for suffix in ("", DRAFT)
        ),
        *(LOCK, READ_SIDE_LOCK, DEMO, FAUST, TREE),
    )
)
"""All that a shop leaves in its folder."""
FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = 0o077
"""What nobody but the owner may do."""


class AlreadyRunning(CannotStart):
    """Another process keeps shop in this folder."""


class UnusableFolder(CannotStart):
    """The data folder, or a file in it, cannot be used."""


class NotRunning(Exception):
    """No shop has left its addresses in this folder."""


class Addresses(NamedTuple):
    """Where a running shop is reached; also in `shop.json` of its data folder while it runs."""

    bff: str
    """Where browsers reach it."""
    command_api: str
    query_api: str
    broker: str
    """Kafka's protocol, at host and port; what it holds ends with the shop."""
    documents: str
    log: str


def books_file(settings: Settings) -> Path:
    """Return the file with the books of the payment stand-in.

    Raises:
        CannotStart: It is one of the shop's own databases, which they would be written into.
    """
    books = settings.provider_books or settings.data / BOOKS
    if books.resolve() in {(settings.data / name).resolve() for name in (LOG, DOCUMENTS, IDENTITY)}:
        raise CannotStart(f"AIOUTLET_PROVIDER_BOOKS: '{books}' is a database of the shop; name another file")
    return books


@contextmanager
def naming_faults(data: Path) -> Iterator[None]:
    """Name the file and the setting in an error of the operating system.

    Raises:
        UnusableFolder: In the place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        fault = f"{error.filename or data}: {error.strerror}"
        remedy = "name a folder that this user may write to"
        raise UnusableFolder(f"AIOUTLET_DATA: {str(data)!r} cannot be used ({fault}); {remedy}") from error


def make_folder(data: Path) -> None:
    """Make the folder, which only its owner may read, and close what an earlier release left open.

    A folder that holds anything else, or that others share, keeps its rights; the shop's own files never do.

    Raises:
        UnusableFolder: It is a file, or may not be written to.
    """
    with naming_faults(data):
        data.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        entries = list(data.iterdir())
        for entry in entries:
            if entry.name in OURS and not entry.is_symlink():
                with suppress(FileNotFoundError):  # another process was writing it
                    _keep_private(entry, FOLDER_MODE if entry.is_dir() else FILE_MODE)
        if all(entry.name in OURS for entry in entries) and not data.stat().st_mode & stat.S_ISVTX:
            _keep_private(data, FOLDER_MODE)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, and that no reader ever finds half written."""
    draft = path.with_name(path.name + DRAFT)
    draft.touch(mode=FILE_MODE)
    draft.chmod(FILE_MODE)
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def locked_folder(data: Path) -> Iterator[None]:
    """Wait until no other process has this lock of the folder itself, and keep it while the context is open."""
    descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Make the folder and keep other shops out of it; what is made meanwhile, only its owner may read.

    Raises:
        AlreadyRunning: Two processes on one folder would be two shops on one log.
        UnusableFolder: It is a file, or may not be written to.
    """
    make_folder(data)
    before = os.umask(OTHERS)
    try:
        with naming_faults(data):
            file = (data / LOCK).open("w")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(f"a shop is running in {data} already; set AIOUTLET_DATA to another") from error
            yield
    finally:
        os.umask(before)


@contextmanager
def published(data: Path, addresses: Addresses) -> Iterator[None]:
    """Write the addresses into the folder for as long as they are good."""
    words = {
        "bff": addresses.bff,
        "commandApi": addresses.command_api,
        "queryApi": addresses.query_api,
        "broker": addresses.broker,
        "documents": addresses.documents,
        "log": addresses.log,
        "pid": os.getpid(),
    }
    path = data / ADDRESSES
    write_whole(path, orjson.dumps(words))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def read_addresses(data: Path, *names: str) -> list[str]:
    """Return the addresses of the shop that runs on a folder, by their names in `shop.json`.

    Raises:
        NotRunning: No shop has written them there.
    """
    try:
        written = orjson.loads((data / ADDRESSES).read_bytes())
        return [str(written[name]) for name in names]
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise NotRunning(f"no shop is running on {data}: start it with 'make run'") from error


def _keep_private(path: Path, mode: int) -> None:
    """Take the rights of others away; where somebody else owns it, that is theirs to do."""
    found = path.stat()
    if found.st_uid == os.geteuid() and found.st_mode & OTHERS:
        path.chmod(mode)

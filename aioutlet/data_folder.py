"""The data folder of the embedded shop: what its files are called, who has it, and where its shop is reached."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import orjson

LOG, DOCUMENTS, ADDRESSES, LOCK, DEMO = "log.sqlite", "documents.sqlite", "shop.json", "shop.lock", "demo.loaded"


class AlreadyRunning(Exception):
    """Another process keeps shop in this folder."""


class Addresses(NamedTuple):
    """Where a running shop is reached; also in `shop.json` of its data folder while it runs."""

    command_api: str
    query_api: str
    documents: str
    log: str


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Make the folder and keep other shops out of it.

    Raises:
        AlreadyRunning: Two processes on one folder would be two shops on one log.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"a shop is running in {data} already; set AIOUTLET_DATA to another") from error
        yield


@contextmanager
def published(data: Path, addresses: Addresses) -> Iterator[None]:
    """Write the addresses into the folder for as long as they are good."""
    words = {
        "commandApi": addresses.command_api,
        "queryApi": addresses.query_api,
        "documents": addresses.documents,
        "log": addresses.log,
        "pid": os.getpid(),
    }
    path = data / ADDRESSES
    path.write_bytes(orjson.dumps(words))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)

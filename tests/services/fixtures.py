"""The real parts as fixtures: each started when a test first asks for it, all stopped when the session ends."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments, NxDocuments
from tests.services.part import Missing, NotReady, Part
from tests.services.places import clear_away, removed_at_last, session_home, shared_home
from tests.services.postgres import PostgreSQL
from tests.services.s3 import S3

P = TypeVar("P", bound=Part)
REQUIRED = "SERVICES_REQUIRED"
"""Set where no part may be missing: then what would be skipped fails."""


@pytest.fixture(scope="session")
def _session_home() -> Iterator[Path]:
    clear_away()
    with removed_at_last(session_home()) as home:
        yield home


@pytest.fixture(scope="session")
def postgres_url(_session_home: Path) -> Iterator[str]:
    """A PostgreSQL server, as its superuser; make a database of your own in it."""
    yield from _url(PostgreSQL, _session_home)


@pytest.fixture(scope="session")
def kafka_bootstrap(_session_home: Path) -> Iterator[str]:
    """An Apache Kafka broker as host:port, with whatever topics earlier tests have left."""
    yield from _url(Kafka, _session_home)


@pytest.fixture(scope="session")
def java_documents_uri(_session_home: Path) -> Iterator[str]:
    """A `mongo-java-server`; use a database of your own in it."""
    yield from _url(JavaDocuments, _session_home)


@pytest.fixture(scope="session")
def nx_documents_uri(_session_home: Path) -> Iterator[str]:
    """An `nx-27017`; use a database of your own in it."""
    yield from _url(NxDocuments, _session_home)


@pytest.fixture(scope="session")
def s3(_session_home: Path) -> Iterator[S3]:
    """An S3-compatible server; make a bucket of your own in it."""
    part = _started(S3(_session_home))
    yield part
    part.remove()


@pytest.fixture(scope="module")
def own_part(_session_home: Path) -> Iterator[Callable[[type[P]], P]]:
    """Starts parts that are this module's alone: to be stopped, killed, paused or wiped; each call starts another."""
    with ExitStack() as ends:

        def start(kind: type[P]) -> P:
            home = ends.enter_context(removed_at_last(session_home()))
            return _started(kind(home))

        yield start


def _url(kind: type[Part], home: Path) -> Iterator[str]:
    """The one of `make services` where it runs, else one of this session."""
    shared = kind(shared_home())
    if not _is_one_of_many() and shared.is_up:
        yield shared.url
        return
    part = _started(kind(home))
    yield part.url
    part.remove()


def _started(part: P) -> P:
    try:
        part.install(system=False)
        part.start()
    except (Missing, NotReady) as problem:
        if os.environ.get(REQUIRED):
            raise
        pytest.skip(str(problem))
    return part


def _is_one_of_many() -> bool:
    """Whether other workers test at the same time: topics have fixed names, so each needs a broker of its own."""
    return "PYTEST_XDIST_WORKER" in os.environ

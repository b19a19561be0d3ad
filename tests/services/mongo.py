"""Two servers that speak MongoDB's protocol, each a process of its own."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.services import jars
from tests.services.part import Part

PATIENCE_MS = 2_000
SERVER = "de.bwaldvogel.mongo.backend.h2.DocumentServer"


class Documents(Part):
    """What both have in common: how they are reached and asked."""

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"

    def initialise(self) -> None:
        self.data.mkdir()

    def answers(self) -> bool:
        client: MongoClient[Any] = MongoClient(self.url, serverSelectionTimeoutMS=PATIENCE_MS)
        with client:
            try:
                return bool(client.admin.command("ping")["ok"])
            except PyMongoError:
                return False


class JavaDocuments(Documents):
    """mongo-java-server on an H2 file."""

    name = "java-documents"
    what = "mongo-java-server"
    is_slower_in_tests = True

    def install(self, *, system: bool) -> None:
        jars.install(self.what, "documents", system=system, say=self._say)

    def command(self) -> Sequence[str]:
        file = str(self.data / "documents.h2")
        # It holds all that a question finds. Out of memory it would only stop to listen, without a word.
        options = (
            "-Xmx2g",
            "-XX:+ExitOnOutOfMemoryError",
            *jars.options(is_measured=self.is_measured),
            "-cp",
            jars.classpath("documents"),
        )
        return (jars.java(), *options, SERVER, file, str(self.port))


class NxDocuments(Documents):
    """nx-27017 on one SQLite file a database."""

    name = "nx-documents"
    what = "nx-27017"

    def install(self, *, system: bool) -> None:
        """It comes with the shop."""

    def command(self) -> Sequence[str]:
        program = str(Path(sys.executable).with_name("nx-27017"))
        own = ("--log-file", str(self.folder / "nx.log"), "--pid-file", str(self.folder / "nx.pid"))
        return (program, "--data-dir", str(self.data), "--port", str(self.port), *own)

"""The document database: as much of a server and its driver as the projectors ask of it."""

import math
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import orjson
from pymongo import ReplaceOne
from pymongo.errors import AutoReconnect, BulkWriteError

from projectors.document_io import DUPLICATE_KEY
from schemas.documents import Document
from tests.simulation.faults import Port
from tests.simulation.process import Process

T = TypeVar("T")
Stored = dict[str, dict[str, bytes]]
"""The documents of every collection by their ids, as bytes: nobody keeps a part of one by accident."""


class SimulatedDatabase:
    """The database as one process sees it; without a process, as a bystander does who waits for nothing."""

    def __init__(self, stored: Stored, process: Process | None = None) -> None:
        self.stored = stored
        self.process = process
        self._collections: dict[str, SimulatedCollection] = {}

    def __getitem__(self, name: str) -> "SimulatedCollection":
        if name not in self._collections:
            self._collections[name] = SimulatedCollection(name, self)
        return self._collections[name]

    async def list_collection_names(self) -> list[str]:
        return list(self.stored)


class SimulatedCollection:
    """One collection. A bulk of writes is not one moment for others: half of it may be written when the rest fails."""

    def __init__(self, name: str, database: SimulatedDatabase) -> None:
        self.name = name
        self._database = database
        self._documents = database.stored.setdefault(name, {})

    async def find(self, query: Mapping[str, Any] | None = None, **_: Any) -> AsyncIterator[Document]:
        """Yield what the query asks for: some ids, or those of a view, or all."""
        for document in await self._call(Port.LOAD, partial(self._find, query or {})):
            yield document

    async def find_one(self, *_: Any) -> Document | None:
        found = await self._call(Port.LOAD, partial(self._find, {}))
        return found[0] if found else None

    async def estimated_document_count(self) -> int:
        return await self._call(Port.LOAD, partial(len, self._documents))

    async def bulk_write(self, writes: Sequence[ReplaceOne[Document]], *, ordered: bool) -> None:
        absent = {key for write in writes if (key := write._filter["_id"]) not in self._documents}
        half = partial(self._write_unheard, writes[: len(writes) // 2], absent)
        await self._call(Port.SAVE, partial(self._write, writes, absent), half)

    def _find(self, query: Mapping[str, Any]) -> list[Document]:
        wanted = query.get("_id", {}).get("$in")
        if wanted is not None:
            return [orjson.loads(self._documents[key]) for key in wanted if key in self._documents]
        found = [orjson.loads(each) for each in self._documents.values()]
        return [each for each in found if all(each.get(name) == value for name, value in query.items())]

    def _write(self, writes: Sequence[ReplaceOne[Document]], absent: Collection[str]) -> None:
        errors = [
            {"index": index, "code": DUPLICATE_KEY}
            for index, write in enumerate(writes)
            if not self._replace(write, absent)
        ]
        if self._database.process:
            self._database.process.loop.changes += 1
        if errors:
            raise BulkWriteError({"writeErrors": errors})

    def _write_unheard(self, writes: Sequence[ReplaceOne[Document]], absent: Collection[str]) -> None:
        """Write without an answer: that some ids are taken is lost with the connection."""
        with suppress(BulkWriteError):
            self._write(writes, absent)

    def _replace(self, write: Any, absent: Collection[str]) -> bool:
        """Replace the document that meets the guard, or insert it; False where its id is taken.

        One that was `absent` when the server looked for it is inserted, whatever others have inserted meanwhile.
        """
        key, below = write._filter["_id"], write._filter.get("position", {}).get("$lt", math.inf)
        known = self._documents.get(key)
        if known is None:
            if write._upsert:
                self._documents[key] = orjson.dumps(write._doc)
            return True
        if not (write._upsert and key in absent) and orjson.loads(known)["position"] < below:
            self._documents[key] = orjson.dumps(write._doc)
            return True
        return not write._upsert

    async def _call(self, port: Port, work: Callable[[], T], half: Callable[[], object] = lambda: None) -> T:
        process = self._database.process
        if process is None:
            return work()
        return await process.call(port, work, fail=lambda fault: AutoReconnect(str(fault.kind)), half=half)

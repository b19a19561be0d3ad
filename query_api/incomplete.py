"""Says of documents which lack events, and from which on; while none does, it costs a look now and then."""

import math
import time
from asyncio import gather
from collections.abc import Iterable, Mapping, Sequence

from pymongo.asynchronous.database import AsyncDatabase

from concurrency.batcher import Batcher
from query_api.equality import by_operator
from schemas.documents import INCOMPLETE, Document, VersionOf, View, same_version

FIELD = "incompleteFrom"
"""What a document that lacks events has in its answer: the position of the first of them."""
LOOK_EVERY = 0.5
"""Seconds between two looks for which documents lack an event."""
MOST = 1_000
"""Documents that are kept in mind; where more lack an event, it is asked for each that is answered."""

FIELDS = {"view": 1, "key": 1, "position": 1}
Firsts = Mapping[tuple[str, str], int]
"""The position of the first event that a document lacks, by its view and id."""


class IncompleteMarks:
    """Marks the documents of answers.

    One that has been incomplete for less than `LOOK_EVERY` may go unmarked, unless a `look` came between.
    """

    def __init__(self, database: AsyncDatabase[Document], version_of: VersionOf = same_version) -> None:
        self._version_of = version_of
        self._rows = database[INCOMPLETE]
        self._looks: Batcher[None, Firsts | None] = Batcher(self._find_all)
        self._looked_at = -math.inf
        self._known: Firsts | None = {}

    async def look(self) -> None:
        """Find out which documents lack an event now.

        Raises:
            PyMongoError: The documents do not answer.
        """
        self._looked_at = time.monotonic()
        self._known = await self._looks.ask(None)

    async def mark(self, view: View, documents: Sequence[Document]) -> list[Document]:
        """Return the documents of a view, those that lack events with `FIELD`.

        Raises:
            PyMongoError: The documents do not answer.
        """
        if time.monotonic() - self._looked_at >= LOOK_EVERY:
            await self.look()
        if self._known == {}:
            return list(documents)
        name = self._version_of(view).name
        keys = [(name, document["_id"]) for document in documents]
        known = self._known if self._known is not None else await self._find(keys)
        return [
            document | {FIELD: known[key]} if key in known else document
            for key, document in zip(keys, documents, strict=True)
        ]

    async def _find_all(self, _: Sequence[None]) -> Firsts | None:
        """Return all of them; None where they are too many."""
        rows = await self._rows.find({}, FIELDS).limit(MOST + 1).to_list()
        return _firsts(rows) if len(rows) <= MOST else None

    async def _find(self, keys: Sequence[tuple[str, str]]) -> Firsts:
        queries = [by_operator({"key": key, "view": view}) for view, key in keys]
        return _firsts(filter(None, await gather(*(self._rows.find_one(query, FIELDS) for query in queries))))


def _firsts(rows: Iterable[Document]) -> Firsts:
    return {(row["view"], row["key"]): row["position"] for row in rows}

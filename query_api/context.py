"""What every query works with: the documents, how fresh they are, and who opens sealed fields."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from concurrency.batcher import Batcher
from query_api.checkpoint_watcher import CheckpointWatcher
from schemas.documents import TALLIES, Document, View
from schemas.errors import Unavailable
from schemas.sealed import Sealed


class Opener(Protocol):
    """Opens personal fields; `identity.sealing.Sealer` is one."""

    def open(self, sealed: Sealed) -> str:
        """The clear text, or raise `Poison` when the person's key is gone."""


UNREADABLE = "the documents cannot be read at the moment"


@dataclass(frozen=True, slots=True)
class QueryContext:
    """The documents of a process, and how to ask for them."""

    database: AsyncDatabase[Document]
    watcher: CheckpointWatcher
    opener: Opener
    partitions: int
    by_id: Batcher[tuple[str, str], dict[tuple[str, str], Document]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", Batcher(self._by_id))

    def of(self, view: View) -> AsyncCollection[Document]:
        """The documents of one view."""
        return self.database[view.name]

    async def one(self, view: View, key: str) -> Document | None:
        """The document of this id; those who ask at the same time share the way."""
        try:
            return (await self.by_id.ask((view.name, key))).get((view.name, key))
        except PyMongoError as error:
            raise Unavailable(UNREADABLE) from error

    async def tally(self, view: View, label: str) -> int:
        """How many documents a view counts under a label: one counter per partition, summed."""
        counters = self.database[TALLIES].find({"view": view.name, "label": label})
        return sum([counter["count"] async for counter in counters])

    async def count(self, view: View, wanted: Document) -> int:
        """How many documents match; only for filters an index answers."""
        # The helper of the driver aggregates instead, which one of the servers cannot do by index.
        answer = await self.database.command("count", view.name, query=wanted)
        return int(answer["n"])

    async def _by_id(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Document]:
        by_view: dict[str, list[str]] = defaultdict(list)
        for view, key in dict.fromkeys(wanted):
            by_view[view].append(key)
        return {
            (view, document["_id"]): document
            for view, keys in by_view.items()
            async for document in self.database[view].find({"_id": {"$in": keys}})
        }


def query_context(request: Request) -> QueryContext:
    """The context of the request's app."""
    context: QueryContext = request.app.state.context
    return context


CurrentContext = Annotated[QueryContext, Depends(query_context)]

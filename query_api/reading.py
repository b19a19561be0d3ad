"""What every question needs at hand: the documents, the hub that knows how fresh they are, and the opener."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from query_api.hub import Hub
from schemas.documents import TALLIES, Document, View
from schemas.sealed import Sealed


class Opener(Protocol):
    """Opens personal fields; `identity.sealing.Sealer` is one."""

    def open(self, sealed: Sealed) -> str:
        """The clear text, or raise `Poison` when the person's key is gone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The read side as its routers see it."""

    database: AsyncDatabase[Document]
    hub: Hub
    opener: Opener
    partitions: int

    def of(self, view: View) -> AsyncCollection[Document]:
        """The documents of one view."""
        return self.database[view.name]

    async def tally(self, view: View, label: str) -> int:
        """How many documents a view counts under a label: one counter per partition, summed."""
        counters = self.database[TALLIES].find({"view": view.name, "label": label})
        return sum([counter["count"] async for counter in counters])

    async def count(self, view: View, wanted: Document) -> int:
        """How many documents match; only for filters an index answers."""
        # The helper of the driver aggregates instead, which one of the servers cannot do by index.
        answer = await self.database.command("count", view.name, query=wanted)
        return int(answer["n"])


def reading_of(request: Request) -> Reading:
    """The reading its app was built with."""
    reading: Reading = request.app.state.reading
    return reading


ReadSide = Annotated[Reading, Depends(reading_of)]

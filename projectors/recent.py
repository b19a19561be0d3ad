"""What was written lately, kept at hand: the next batch then asks the server only for documents it has not seen.

Sound without asking, because a document is fed by one place, and its keeper is given every event of that place in
order: what it kept is the fold up to where it stands. Should another writer be further, the guard of the write
refuses ours and loses nothing. Whoever begins again somewhere else clears it first.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from pymongo.asynchronous.collection import AsyncCollection

from schemas.documents import Document

ROOM = 5_000
"""Documents kept; a busy order is 15 KB."""
CHUNK = 500
"""Documents per round trip: enough to be fast, few enough that a query need not wait long behind it."""

Collection = AsyncCollection[Document]


class Recent:
    """Documents of any number of collections, those least lately used dropped first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[tuple[str, str], Document | None] = OrderedDict()

    async def load(self, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """The documents of these ids; those there are."""
        name = collection.name
        known = {key: self._kept[name, key] for key in keys if (name, key) in self._kept}
        for key in known:
            self._kept.move_to_end((name, key))
        found = await load(collection, [key for key in keys if key not in known])
        return found | {key: document for key, document in known.items() if document is not None}

    def keep(self, collection: Collection, documents: Mapping[str, Document | None]) -> None:
        """These are written; None is one that is no more."""
        for key, document in documents.items():
            self._kept[collection.name, key] = document
            self._kept.move_to_end((collection.name, key))
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Keep nothing: a write failed half-way, or reading begins somewhere else."""
        self._kept.clear()


async def load(collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
    """The stored documents of these ids; those there are."""
    found: dict[str, Document] = {}
    for start in range(0, len(keys), CHUNK):
        async for document in collection.find({"_id": {"$in": list(keys[start : start + CHUNK])}}):
            found[document["_id"]] = document
    return found

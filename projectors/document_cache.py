"""Keeps the documents written last in memory, so that the next batch need not load them again.

A cached document needs no check: one partition feeds it, and that partition's events all come through here in order.
If another writer is further, the guard of the write refuses the older document and nothing is lost. Whoever starts to
read at another position clears the cache first.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import islice

from projectors.batched_io import BatcherPerCollection, load_all, save_all
from projectors.document_io import Collection
from projectors.folding import Folded
from schemas.documents import Document

CAPACITY = 5_000
"""Documents; that of a busy order has 15 KB."""


class DocumentCache:
    """A least-recently-used cache of the documents of all collections, in front of `document_io`."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        # With cachetools.LRUCache, `load` of cached documents takes a third as long again.
        self._documents: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._loads = BatcherPerCollection(load_all)
        self._saves = BatcherPerCollection(save_all)

    async def load(self, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """Return the documents of these ids that exist."""
        name = collection.name
        documents = {key: self._documents[name, key] for key in keys if (name, key) in self._documents}
        for key in documents:
            self._documents.move_to_end((name, key))
        if missing := [key for key in keys if key not in documents]:
            loaded = await self._loads.ask(collection, missing)
            documents |= {key: loaded[key] for key in missing if key in loaded}
        return documents

    async def save(self, collection: Collection, folded: Folded) -> None:
        """Write documents as `document_io.save` does, and cache them."""
        if folded.documents:
            await self._saves.ask(collection, folded)
            self.put(collection, folded.documents)

    def put(self, collection: Collection, documents: Mapping[str, Document]) -> None:
        """Cache documents that are stored; of more than there is room for, the last."""
        for key, document in islice(documents.items(), max(0, len(documents) - self._capacity), None):
            self._documents[collection.name, key] = document
            self._documents.move_to_end((collection.name, key))
        while len(self._documents) > self._capacity:
            self._documents.popitem(last=False)

    def forget(self, *collections: str) -> None:
        """Drop what is cached of these collections."""
        for key in [key for key in self._documents if key[0] in collections]:
            del self._documents[key]

    def clear(self) -> None:
        self._documents.clear()

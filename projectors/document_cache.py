"""What was written lately, kept at hand: the next batch then asks the server only for documents it has not seen.

A cached document needs no check: it is fed by one partition, whose events all come here in order, so it is the fold up
to its position. Should another writer be further, the guard of the write refuses ours and loses nothing. Whoever
starts reading at another position clears the cache first.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from projectors.batched_io import BatcherPerCollection, load_all, save_all
from projectors.document_io import Collection
from projectors.folding import Folded
from schemas.documents import Document

CAPACITY = 5_000
"""Documents kept; a busy order is 15 KB."""


class DocumentCache:
    """Documents of any number of collections, those least lately used dropped first."""

    def __init__(self, room: int = CAPACITY) -> None:
        self._room = room
        # With cachetools.LRUCache, `load` of cached documents takes a third as long again.
        self._kept: OrderedDict[tuple[str, str], Document | None] = OrderedDict()
        self._loading = BatcherPerCollection(load_all)
        self._saving = BatcherPerCollection(save_all)

    async def load(self, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """The documents of these ids; those there are."""
        name = collection.name
        known = {key: self._kept[name, key] for key in keys if (name, key) in self._kept}
        for key in known:
            self._kept.move_to_end((name, key))
        found = {key: document for key, document in known.items() if document is not None}
        if missing := [key for key in keys if key not in known]:
            read = await self._loading.ask(collection, missing)
            found |= {key: read[key] for key in missing if key in read}
        return found

    async def save(self, collection: Collection, folded: Folded) -> None:
        """Write documents as `document_io.save` does, and keep them."""
        if folded.documents:
            await self._saving.ask(collection, folded)
            self.keep(collection, folded.documents)

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

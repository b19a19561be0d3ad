"""Partitions that are handled at once share their trips: what they want of one collection is read and written together.

No document is fed by two partitions, so what is put together never meets.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from typing import Generic, TypeVar

from concurrency.batcher import Batcher
from projectors.document_io import Collection, load, save
from projectors.folding import Folded
from schemas.documents import Document

Q = TypeVar("Q")
R = TypeVar("R")


class BatcherPerCollection(Generic[Q, R]):
    """One batcher for each collection."""

    def __init__(self, answer: Callable[[Collection, Sequence[Q]], Awaitable[R]]) -> None:
        """Let `answer` serve all requests that wait for a collection."""
        self._answer = answer
        self._batchers: dict[str, Batcher[Q, R]] = {}

    async def ask(self, collection: Collection, request: Q) -> R:
        """As `Batcher.ask`."""
        batcher = self._batchers.get(collection.name)
        if batcher is None:
            batcher = self._batchers[collection.name] = Batcher(partial(self._answer, collection))
        return await batcher.ask(request)


async def load_all(collection: Collection, requests: Sequence[Sequence[str]]) -> dict[str, Document]:
    """The stored documents of all these ids; those there are."""
    return await load(collection, list(chain.from_iterable(requests)))


async def save_all(collection: Collection, requests: Sequence[Folded]) -> None:
    """Write each document of each unless the stored one is as new; no two have the same document."""
    together = Folded()
    for folded in requests:
        together.documents.update(folded.documents)
        together.positions.update(folded.positions)
    await save(collection, together)

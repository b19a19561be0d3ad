"""Joins the reads and writes that several partitions ask of one collection at the same time into one round trip.

No document is fed by two partitions, so the documents of two requests are never the same.
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
    """One `Batcher` for each collection."""

    def __init__(self, answer: Callable[[Collection, Sequence[Q]], Awaitable[R]]) -> None:
        self._answer = answer
        self._batchers: dict[str, Batcher[Q, R]] = {}

    async def ask(self, collection: Collection, request: Q) -> R:
        batcher = self._batchers.get(collection.name)
        if batcher is None:
            batcher = self._batchers[collection.name] = Batcher(partial(self._answer, collection))
        return await batcher.ask(request)


async def load_all(collection: Collection, requests: Sequence[Sequence[str]]) -> dict[str, Document]:
    """Return the stored documents among the ids of all requests."""
    return await load(collection, list(chain.from_iterable(requests)))


async def save_all(collection: Collection, requests: Sequence[Folded]) -> None:
    """Write the documents of all requests as `save` does; no two requests may have the same document."""
    merged = Folded()
    for folded in requests:
        merged.documents.update(folded.documents)
        merged.positions.update(folded.positions)
    await save(collection, merged)

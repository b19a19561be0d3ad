"""What was written lately is not asked for again, and is forgotten when it can no longer be trusted."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from projectors.document_cache import DocumentCache
from projectors.document_io import Collection
from schemas.documents import Document


class Shelf:
    """A collection that remembers what it was asked for."""

    name = "orders"

    def __init__(self, **documents: Document) -> None:
        self.documents = {key: {"_id": key, **document} for key, document in documents.items()}
        self.asked: list[str] = []

    async def find(self, query: dict[str, Any]) -> AsyncIterator[Document]:
        self.asked += query["_id"]["$in"]
        for key in query["_id"]["$in"]:
            if key in self.documents:
                yield self.documents[key]


async def load(recent: DocumentCache, shelf: Shelf, *keys: str) -> dict[str, Document]:
    return await recent.load(cast(Collection, shelf), keys)


def keep(recent: DocumentCache, shelf: Shelf, **documents: Document | None) -> None:
    recent.keep(cast(Collection, shelf), documents)


async def test_what_was_kept_is_not_asked_for() -> None:
    recent, shelf = DocumentCache(), Shelf(a={"n": 1}, b={"n": 2})
    keep(recent, shelf, a={"_id": "a", "n": 7})
    assert await load(recent, shelf, "a", "b", "c") == {"a": {"_id": "a", "n": 7}, "b": {"_id": "b", "n": 2}}
    assert shelf.asked == ["b", "c"]


async def test_a_deleted_document_is_known_to_be_no_more() -> None:
    recent, shelf = DocumentCache(), Shelf(a={"n": 1})
    keep(recent, shelf, a=None)
    assert (await load(recent, shelf, "a"), shelf.asked) == ({}, [])


async def test_documents_of_two_collections_are_never_mistaken() -> None:
    recent, orders, stock = DocumentCache(), Shelf(), Shelf(a={"n": 2})
    stock.name = "stock"
    keep(recent, orders, a={"n": 1})
    assert await load(recent, stock, "a") == {"a": {"_id": "a", "n": 2}}


async def test_the_least_lately_used_is_dropped_first() -> None:
    recent, shelf = DocumentCache(room=2), Shelf()
    keep(recent, shelf, a={"n": 1}, b={"n": 2})
    await load(recent, shelf, "a")
    keep(recent, shelf, c={"n": 3})
    await load(recent, shelf, "a", "b", "c")
    assert shelf.asked == ["b"]


async def test_nothing_is_kept_after_clearing() -> None:
    recent, shelf = DocumentCache(), Shelf(a={"n": 1})
    keep(recent, shelf, a={"n": 7})
    recent.clear()
    assert (await load(recent, shelf, "a"))["a"]["n"] == 1


@pytest.mark.parametrize("known", [[], ["a"], ["a", "b"]])
async def test_the_answer_is_the_same_whatever_is_kept(known: list[str]) -> None:
    recent, shelf = DocumentCache(), Shelf(a={"n": 1}, b={"n": 2})
    keep(recent, shelf, **{key: shelf.documents[key] for key in known})
    assert await load(recent, shelf, "a", "b", "x") == shelf.documents

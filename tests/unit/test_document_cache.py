"""A cached document is not loaded again, and nothing is cached once the cache is cleared."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from projectors.document_cache import DocumentCache
from projectors.document_io import Collection
from schemas.documents import Document


class FakeCollection:
    """A collection that records the ids it was asked for."""

    name = "orders"

    def __init__(self, **documents: Document) -> None:
        self.documents = {key: {"_id": key, **document} for key, document in documents.items()}
        self.requested: list[str] = []

    async def find(self, query: dict[str, Any]) -> AsyncIterator[Document]:
        self.requested += query["_id"]["$in"]
        for key in query["_id"]["$in"]:
            if key in self.documents:
                yield self.documents[key]


async def load(cache: DocumentCache, collection: FakeCollection, *keys: str) -> dict[str, Document]:
    return await cache.load(cast(Collection, collection), keys)


def put(cache: DocumentCache, collection: FakeCollection, **documents: Document) -> None:
    cache.put(cast(Collection, collection), documents)


async def test_a_cached_document_is_not_loaded_again() -> None:
    cache, collection = DocumentCache(), FakeCollection(a={"n": 1}, b={"n": 2})
    put(cache, collection, a={"_id": "a", "n": 7})
    assert await load(cache, collection, "a", "b", "c") == {"a": {"_id": "a", "n": 7}, "b": {"_id": "b", "n": 2}}
    assert collection.requested == ["b", "c"]


async def test_documents_of_two_collections_are_kept_apart() -> None:
    cache, orders, stock = DocumentCache(), FakeCollection(), FakeCollection(a={"n": 2})
    stock.name = "stock"
    put(cache, orders, a={"n": 1})
    assert await load(cache, stock, "a") == {"a": {"_id": "a", "n": 2}}


async def test_the_least_recently_used_is_dropped_first() -> None:
    cache, collection = DocumentCache(capacity=2), FakeCollection()
    put(cache, collection, a={"n": 1}, b={"n": 2})
    await load(cache, collection, "a")
    put(cache, collection, c={"n": 3})
    await load(cache, collection, "a", "b", "c")
    assert collection.requested == ["b"]


async def test_nothing_is_cached_after_clearing() -> None:
    cache, collection = DocumentCache(), FakeCollection(a={"n": 1})
    put(cache, collection, a={"n": 7})
    cache.clear()
    assert (await load(cache, collection, "a"))["a"]["n"] == 1


@pytest.mark.parametrize("cached", [[], ["a"], ["a", "b"]])
async def test_the_answer_is_the_same_whatever_is_cached(cached: list[str]) -> None:
    cache, collection = DocumentCache(), FakeCollection(a={"n": 1}, b={"n": 2})
    put(cache, collection, **{key: collection.documents[key] for key in cached})
    assert await load(cache, collection, "a", "b", "x") == collection.documents


async def test_one_collection_can_be_forgotten() -> None:
    cache, orders, stock = DocumentCache(), FakeCollection(a={"n": 2}), FakeCollection(a={"n": 4})
    stock.name = "stock"
    put(cache, orders, a={"n": 1})
    put(cache, stock, a={"n": 3})
    cache.forget("orders")
    assert await load(cache, orders, "a") == {"a": {"_id": "a", "n": 2}}
    assert await load(cache, stock, "a") == {"a": {"n": 3}}

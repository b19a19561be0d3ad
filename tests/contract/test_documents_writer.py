"""What the one writer promises on a real document server."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from projectors import writing
from projectors.folding import Count, Folded, fold
from projectors.model import ReadModel
from projectors.models import MODELS
from projectors.products import PRODUCTS
from projectors.stock import STOCK
from projectors.writing import Collection, Database, finish, finished, forget, prepare, save, write
from schemas.documents import TALLIES, Document, label
from schemas.envelope import Envelope
from schemas.topics import Place
from tests.examples import EXAMPLES, LAMP_ID, MUG_ID
from tests.histories import events, recorded

pytest_plugins = ("tests.documents",)

CATALOGUE = Place(PRODUCTS.view.topic, 0)
WAREHOUSE = Place(STOCK.view.topic, 1)


async def stored(database: Database, model: ReadModel) -> dict[str, Document]:
    return {document["_id"]: document async for document in database[model.view.name].find()}


async def counted(database: Database, model: ReadModel) -> dict[str, int]:
    found = database[TALLIES].find({"view": model.view.name})
    return {tally["label"]: tally["count"] async for tally in found if tally["count"]}


def catalogue(size: int) -> list[Envelope]:
    """Products of three departments, some moved, some repriced, some discontinued."""
    chance = random.Random(7)
    history = []
    for number in range(size):
        about = {"product_id": f"{number}", "department": f"D{number % 3}", "category": f"C{number % 7}"}
        history += events("product.created", **about)
        about["department"] = f"D{number % 2}"
        names = ("product.updated", "product.price.changed", "product.discontinued")
        history += events(*chance.sample(names, chance.randrange(4)), **about)
    return recorded(history)


def deliveries(size: int) -> list[Envelope]:
    chance = random.Random(11)
    names = ("stock.received", "stock.adjusted", "inventory.reserved", "inventory.released", "inventory.committed")
    return recorded(events(*chance.choices(names, k=size)))


async def test_what_is_written_is_what_was_folded(database: Database) -> None:
    history = catalogue(40)
    await write(database, PRODUCTS, CATALOGUE, history)
    assert await stored(database, PRODUCTS) == fold(PRODUCTS, {}, history).documents


async def test_a_batch_delivered_again_changes_nothing(database: Database) -> None:
    history = catalogue(20)
    await write(database, PRODUCTS, CATALOGUE, history)
    before = await stored(database, PRODUCTS), await counted(database, PRODUCTS)
    await write(database, PRODUCTS, CATALOGUE, history)
    await write(database, PRODUCTS, CATALOGUE, history[:7])
    assert (await stored(database, PRODUCTS), await counted(database, PRODUCTS)) == before


async def test_a_writer_that_is_late_cannot_take_a_document_back(database: Database) -> None:
    history = deliveries(60)
    late = fold(STOCK, {}, history[:10])
    await write(database, STOCK, WAREHOUSE, history)
    before = await stored(database, STOCK)
    await save(database[STOCK.view.name], late)
    assert await stored(database, STOCK) == before


async def test_a_newer_document_replaces_one_inserted_meanwhile(database: Database) -> None:
    history = deliveries(60)
    await save(database[STOCK.view.name], fold(STOCK, {}, history[:10]))
    await save(database[STOCK.view.name], fold(STOCK, {}, history))
    assert await stored(database, STOCK) == fold(STOCK, {}, history).documents


@pytest.mark.parametrize("seed", range(3))
async def test_writers_at_once_end_where_one_would(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    history = catalogue(60)

    async def writer() -> None:
        start = 0
        while start < len(history):
            end = start + chance.randrange(1, 40)
            await write(database, PRODUCTS, CATALOGUE, history[start:end])
            start = end

    await asyncio.gather(*(writer() for _ in range(4)))
    folded = fold(PRODUCTS, {}, history)
    assert await stored(database, PRODUCTS) == folded.documents
    assert await counted(database, PRODUCTS) == sums(folded.counts)


def sums(counts: Sequence[Count]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, _, change in counts:
        found[name] = found.get(name, 0) + change
    return {name: count for name, count in found.items() if count}


async def test_a_crash_between_counters_and_documents_counts_nothing_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = catalogue(30)

    async def tallies_only(collection: Collection, folded: Folded) -> None:
        if collection.name != TALLIES:
            raise ConnectionError
        await save(collection, folded)

    with monkeypatch.context() as broken:
        broken.setattr(writing, "save", tallies_only)
        with pytest.raises(ConnectionError):
            await write(database, PRODUCTS, CATALOGUE, history[:50])
    await write(database, PRODUCTS, CATALOGUE, history[:20])
    await write(database, PRODUCTS, CATALOGUE, history[20:])
    assert await counted(database, PRODUCTS) == sums(fold(PRODUCTS, {}, history).counts)


async def test_partitions_are_counted_apart_and_summed_when_asked(database: Database) -> None:
    await write(database, PRODUCTS, Place(PRODUCTS.view.topic, 0), recorded(events("product.created")))
    other = recorded(events("product.created", product_id=MUG_ID), after=1)
    await write(database, PRODUCTS, Place(PRODUCTS.view.topic, 3), other)
    found = [tally["_id"] async for tally in database[TALLIES].find({"label": label()})]
    assert sorted(found) == ["products/0/{}", "products/3/{}"]


async def test_a_checkpoint_never_moves_back(database: Database) -> None:
    await finish(database, ["orders"], WAREHOUSE, 41)
    await finish(database, ["orders", "stock"], WAREHOUSE, 7)
    assert await finished(database) == {"orders": {WAREHOUSE: 41}, "stock": {WAREHOUSE: 7}}


async def test_ids_that_look_like_numbers_or_object_ids_are_only_text(database: Database) -> None:
    ids = ["00012", "12", "1e5", "5f43a1b2c3d4e5f6a7b8c9d0"]
    history = recorded([event for product in ids for event in events("product.created", product_id=product)])
    await write(database, PRODUCTS, CATALOGUE, history)
    await write(database, PRODUCTS, CATALOGUE, history)
    assert sorted(await stored(database, PRODUCTS)) == ids


async def test_more_documents_than_one_round_trip_takes_are_all_written(database: Database) -> None:
    history = recorded([event for n in range(1_203) for event in events("product.created", product_id=f"{n}")])
    await write(database, PRODUCTS, CATALOGUE, history)
    assert len(await stored(database, PRODUCTS)) == 1_203


async def test_what_was_forgotten_is_built_again_the_same(database: Database) -> None:
    history = catalogue(20)
    await write(database, PRODUCTS, CATALOGUE, history)
    await finish(database, [PRODUCTS.view.name], CATALOGUE, history[-1].position)
    before = await stored(database, PRODUCTS), await counted(database, PRODUCTS)
    await forget(database, [PRODUCTS])
    assert (await stored(database, PRODUCTS), await finished(database)) == ({}, {})
    await prepare(database, MODELS)
    await write(database, PRODUCTS, CATALOGUE, history)
    assert (await stored(database, PRODUCTS), await counted(database, PRODUCTS)) == before


async def test_preparing_twice_is_preparing_once(database: Database) -> None:
    once = await database[PRODUCTS.view.name].index_information()
    await prepare(database, MODELS)
    assert await database[PRODUCTS.view.name].index_information() == once


async def test_the_lamp_is_found_by_a_word_of_its_category(database: Database) -> None:
    await write(database, PRODUCTS, CATALOGUE, recorded([EXAMPLES["product.created"]]))
    found = database[PRODUCTS.view.name].find({"$text": {"$search": '"lighting" "lamp"'}})
    assert [product["_id"] async for product in found] == [LAMP_ID]

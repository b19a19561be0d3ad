"""What the one writer promises on a real document server."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from projectors import batched_io
from projectors.checkpoints import LogPosition, load_checkpoints, save_checkpoints
from projectors.document_cache import DocumentCache
from projectors.document_io import Collection, Database, save
from projectors.folding import Folded, TallyChange, fold
from projectors.models.orders import ORDERS
from projectors.models.products import PRODUCTS
from projectors.models.registry import MODELS
from projectors.models.stock import STOCK
from projectors.projection import Projection
from projectors.read_model import ReadModel
from projectors.writer import drop_earlier_forms, ensure_indexes, write
from schemas.documents import CHECKPOINTS, TALLIES, TOTALS, Document, label
from schemas.envelope import Envelope
from schemas.order import OrderStatus
from schemas.topics import TopicPartition
from tests.documents import on_every_server
from tests.examples import MUG_ID, ORDER_ID
from tests.histories import REFUSED_BY_THE_CARRIER, HistoryLog, deliver, events, recorded

pytestmark = on_every_server

CATALOGUE = TopicPartition(PRODUCTS.view.topic, 0)
WAREHOUSE = TopicPartition(STOCK.view.topic, 1)


async def stored(mongodb: Database, model: ReadModel) -> dict[str, Document]:
    return {document["_id"]: document async for document in mongodb[model.view.name].find()}


async def counted(mongodb: Database, model: ReadModel) -> dict[str, int]:
    found = mongodb[TALLIES].find({"view": model.view.name})
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


async def test_what_is_written_is_what_was_folded(mongodb: Database) -> None:
    history = catalogue(40)
    await write(mongodb, PRODUCTS, CATALOGUE, history, DocumentCache())
    assert await stored(mongodb, PRODUCTS) == fold(PRODUCTS, {}, history).documents


async def test_a_batch_delivered_again_changes_nothing(mongodb: Database) -> None:
    history = catalogue(20)
    await write(mongodb, PRODUCTS, CATALOGUE, history, DocumentCache())
    before = await stored(mongodb, PRODUCTS), await counted(mongodb, PRODUCTS)
    await write(mongodb, PRODUCTS, CATALOGUE, history, DocumentCache())
    await write(mongodb, PRODUCTS, CATALOGUE, history[:7], DocumentCache())
    assert (await stored(mongodb, PRODUCTS), await counted(mongodb, PRODUCTS)) == before


async def test_a_writer_that_is_late_cannot_take_a_document_back(mongodb: Database) -> None:
    history = deliveries(60)
    late = fold(STOCK, {}, history[:10])
    await write(mongodb, STOCK, WAREHOUSE, history, DocumentCache())
    before = await stored(mongodb, STOCK)
    await save(mongodb[STOCK.view.name], late)
    assert await stored(mongodb, STOCK) == before


async def test_a_newer_document_replaces_one_inserted_meanwhile(mongodb: Database) -> None:
    history = deliveries(60)
    await save(mongodb[STOCK.view.name], fold(STOCK, {}, history[:10]))
    await save(mongodb[STOCK.view.name], fold(STOCK, {}, history))
    assert await stored(mongodb, STOCK) == fold(STOCK, {}, history).documents


@pytest.mark.parametrize("seed", range(3))
async def test_writers_at_once_end_where_one_would(mongodb: Database, seed: int) -> None:
    chance = random.Random(seed)
    history = catalogue(60)

    async def writer() -> None:
        start = 0
        while start < len(history):
            end = start + chance.randrange(1, 40)
            await write(mongodb, PRODUCTS, CATALOGUE, history[start:end], DocumentCache())
            start = end

    await asyncio.gather(*(writer() for _ in range(4)))
    folded = fold(PRODUCTS, {}, history)
    assert await stored(mongodb, PRODUCTS) == folded.documents
    assert await counted(mongodb, PRODUCTS) == sums(folded.tally_changes)


async def test_a_writer_that_was_overtaken_counts_what_the_other_has_counted(mongodb: Database) -> None:
    history = recorded([event for name in "abc" for event in events("product.created", product_id=name)])
    overtaken = DocumentCache()
    await write(mongodb, PRODUCTS, CATALOGUE, history[:1], overtaken)
    await write(mongodb, PRODUCTS, CATALOGUE, history[:2], DocumentCache())
    await write(mongodb, PRODUCTS, CATALOGUE, history[1:], overtaken)
    assert await counted(mongodb, PRODUCTS) == sums(fold(PRODUCTS, {}, history).tally_changes)


def sums(counts: Sequence[TallyChange]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, _, change in counts:
        found[name] = found.get(name, 0) + change
    return {name: count for name, count in found.items() if count}


async def test_a_crash_between_counters_and_documents_counts_nothing_twice(
    mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = catalogue(30)

    async def tallies_only(collection: Collection, folded: Folded) -> None:
        if collection.name != TALLIES:
            raise ConnectionError
        await save(collection, folded)

    with monkeypatch.context() as broken:
        broken.setattr(batched_io, "save", tallies_only)
        with pytest.raises(ConnectionError):
            await write(mongodb, PRODUCTS, CATALOGUE, history[:50], DocumentCache())
    await write(mongodb, PRODUCTS, CATALOGUE, history[:20], DocumentCache())
    await write(mongodb, PRODUCTS, CATALOGUE, history[20:], DocumentCache())
    assert await counted(mongodb, PRODUCTS) == sums(fold(PRODUCTS, {}, history).tally_changes)


async def test_a_crash_between_totals_and_documents_adds_nothing_twice(
    mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = [
        envelope
        for envelope in recorded([*events(*REFUSED_BY_THE_CARRIER), *events("order.updated", to=OrderStatus.FAILED)])
        if envelope.type in ORDERS.types
    ]
    partition = TopicPartition(ORDERS.view.topic, 2)

    async def all_but_documents(collection: Collection, folded: Folded) -> None:
        if collection.name == ORDERS.view.name:
            raise ConnectionError
        await save(collection, folded)

    with monkeypatch.context() as broken:
        broken.setattr(batched_io, "save", all_but_documents)
        with pytest.raises(ConnectionError):
            await write(mongodb, ORDERS, partition, history[:-2], DocumentCache())
    await write(mongodb, ORDERS, partition, history[:3], DocumentCache())
    await write(mongodb, ORDERS, partition, history[3:], DocumentCache())
    found = {total["bucket"]: total async for total in mongodb[TOTALS].find()}
    document = (await stored(mongodb, ORDERS))[ORDER_ID]
    expected: dict[str, dict[str, int]] = {}
    for (bucket, name), amount in ORDERS.shares(document).items():
        expected.setdefault(bucket, {})[name] = amount
    assert {bucket: {name: n for name, n in total["sums"].items() if n} for bucket, total in found.items()} == expected
    assert found["20260314"]["_id"] == f"{ORDERS.view.name}/2/20260314"


async def test_partitions_are_counted_apart_and_summed_when_asked(mongodb: Database) -> None:
    await write(
        mongodb, PRODUCTS, TopicPartition(PRODUCTS.view.topic, 0), recorded(events("product.created")), DocumentCache()
    )
    other = recorded(events("product.created", product_id=MUG_ID), after=1)
    await write(mongodb, PRODUCTS, TopicPartition(PRODUCTS.view.topic, 3), other, DocumentCache())
    found = [tally["_id"] async for tally in mongodb[TALLIES].find({"label": label()})]
    assert sorted(found) == [f"{PRODUCTS.view.name}/{partition}/{{}}" for partition in (0, 3)]


async def test_a_checkpoint_never_moves_back(mongodb: Database) -> None:
    late, early = LogPosition(41, "event-41", "log"), LogPosition(7, "event-7", "log")
    await save_checkpoints(mongodb[CHECKPOINTS], ["orders"], WAREHOUSE, late)
    await save_checkpoints(mongodb[CHECKPOINTS], ["orders", "stock"], WAREHOUSE, early)
    found = await load_checkpoints(mongodb[CHECKPOINTS])
    assert sorted(found) == [("orders", WAREHOUSE, late), ("stock", WAREHOUSE, early)]


async def test_ids_that_look_like_numbers_or_object_ids_are_only_text(mongodb: Database) -> None:
    ids = ["00012", "12", "1e5", "5f43a1b2c3d4e5f6a7b8c9d0"]
    history = recorded([event for product in ids for event in events("product.created", product_id=product)])
    await write(mongodb, PRODUCTS, CATALOGUE, history, DocumentCache())
    await write(mongodb, PRODUCTS, CATALOGUE, history, DocumentCache())
    assert sorted(await stored(mongodb, PRODUCTS)) == ids


async def test_more_documents_than_one_round_trip_takes_are_all_written(mongodb: Database) -> None:
    history = recorded([event for n in range(1_203) for event in events("product.created", product_id=f"{n}")])
    await write(mongodb, PRODUCTS, CATALOGUE, history, DocumentCache())
    assert len(await stored(mongodb, PRODUCTS)) == 1_203


async def test_preparing_twice_is_preparing_once(mongodb: Database) -> None:
    await write(mongodb, PRODUCTS, CATALOGUE, catalogue(3), DocumentCache())
    once = await mongodb[PRODUCTS.view.name].index_information()
    await ensure_indexes(mongodb, MODELS)
    assert await mongodb[PRODUCTS.view.name].index_information() == once


EARLIER = replace(PRODUCTS, view=PRODUCTS.view._replace(form=1))


async def test_another_form_is_built_from_the_log_beside_the_one_before(mongodb: Database) -> None:
    history = catalogue(20)
    log = HistoryLog(history)
    await deliver(Projection([EARLIER], mongodb, log), history)
    before = await stored(mongodb, EARLIER), await counted(mongodb, EARLIER)
    now = Projection([PRODUCTS], mongodb, log)
    assert await now.checkpoints() == {}
    await deliver(now, history)
    assert (await stored(mongodb, EARLIER), await counted(mongodb, EARLIER)) == before
    assert len(await stored(mongodb, PRODUCTS)) == len(before[0])
    assert await counted(mongodb, PRODUCTS) == before[1]
    assert await Projection([EARLIER], mongodb, log).checkpoints() == await now.checkpoints() != {}


async def test_the_form_before_is_dropped_and_nothing_else(mongodb: Database) -> None:
    history = catalogue(5)
    log = HistoryLog(history)
    for model in (EARLIER, PRODUCTS, STOCK):
        await deliver(Projection([model], mongodb, log), history)
    await drop_earlier_forms(mongodb, MODELS)
    assert (await stored(mongodb, EARLIER), await counted(mongodb, EARLIER)) == ({}, {})
    assert EARLIER.view.name not in await mongodb.list_collection_names()
    assert await Projection([EARLIER], mongodb, log).checkpoints() == {}
    assert len(await stored(mongodb, PRODUCTS)) == 5
    assert await Projection([PRODUCTS], mongodb, log).checkpoints() != {}
    await drop_earlier_forms(mongodb, MODELS)

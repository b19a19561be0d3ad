"""The index of the catalogue is what the documents are, whatever order they come in, on every document server."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest

from projectors.document_io import Database
from projectors.models.products import PRODUCTS
from projectors.origin import drop_documents
from projectors.projection import Projection
from query_api.catalogue import follower
from query_api.catalogue.follower import CatalogueFollower
from query_api.catalogue.product import IndexedProduct, read_product
from schemas.envelope import Envelope
from schemas.message import Event, Money
from schemas.topics import TopicPartition
from tests.documents import on_every_server
from tests.histories import PARTITIONS, HistoryLog, deliver, events, places_of, recorded

pytestmark = on_every_server

SOLD_FROM = frozenset({"main"})


def following(mongodb: Database, **options: Any) -> CatalogueFollower:
    return CatalogueFollower(mongodb, partitions=PARTITIONS, sold_from=SOLD_FROM, **options)


def history(seed: int, length: int) -> list[Event]:
    """Products that appear, change, sell out and go."""
    chance, happened, ids = random.Random(seed), list[Event](), list[str]()
    for number in range(length):
        if not ids or chance.random() < 0.3:
            ids.append(f"p-{number}")
            happened += events("product.created", product_id=ids[-1], name=chance.choice(["Lamp", "Mug", "Vase"]))
            continue
        changed: dict[str, Any] = {"product_id": chance.choice(ids)}
        name = chance.choice(
            ["product.price.changed", "product.updated", "product.discontinued", "stock.replenished", "stock.out"]
        )
        if name == "product.price.changed":
            changed["new"] = Money(amount=chance.randrange(100), currency="USD")
        happened += events(name, **changed)
    return happened


async def stored(mongodb: Database) -> list[IndexedProduct]:
    documents = await mongodb[PRODUCTS.view.name].find().to_list()
    products = [read_product(document, SOLD_FROM) for document in documents]
    return sorted(product for product in products if product is not None)


async def indexed(followed: CatalogueFollower, *, is_fresh: bool = False) -> list[IndexedProduct]:
    return sorted((await followed.index(is_fresh=is_fresh)).products)


def by_place(envelopes: Sequence[Envelope]) -> dict[TopicPartition, list[Envelope]]:
    runs: dict[TopicPartition, list[Envelope]] = defaultdict(list)
    for envelope in envelopes:
        for place in places_of(envelope):
            if place.topic == PRODUCTS.view.topic:
                runs[place].append(envelope)
    return runs


@pytest.mark.parametrize("seed", range(3))
async def test_partitions_that_lag_behind_others_are_not_missed(mongodb: Database, seed: int) -> None:
    chance, projection = random.Random(seed), Projection([PRODUCTS], mongodb, HistoryLog())
    runs, followed = by_place(recorded(history(seed, 150))), following(mongodb)
    while runs:
        place = chance.choice(sorted(runs))
        length = chance.randint(1, 20)
        some, runs[place] = runs[place][:length], runs[place][length:]
        await projection.handle(place, some, some[-1].position, event_id=some[-1].id)
        assert await indexed(followed) == await stored(mongodb)
        runs = {each: run for each, run in runs.items() if run}


async def test_documents_that_are_dropped_and_built_anew_are_read_anew(mongodb: Database) -> None:
    followed = following(mongodb)
    await deliver(Projection([PRODUCTS], mongodb, HistoryLog()), recorded(history(1, 60)))
    assert await indexed(followed) == await stored(mongodb) != []
    await drop_documents(mongodb)
    assert await indexed(followed) == []
    await deliver(Projection([PRODUCTS], mongodb, HistoryLog(name="another")), recorded(history(2, 80)))
    assert await indexed(followed) == await stored(mongodb) != []


async def test_documents_of_another_log_are_read_anew_though_nobody_asked_meanwhile(mongodb: Database) -> None:
    generation = 0
    followed = following(mongodb, generation=lambda: generation)
    await deliver(Projection([PRODUCTS], mongodb, HistoryLog()), recorded(history(1, 60)))
    before = await indexed(followed)
    await drop_documents(mongodb)
    await deliver(Projection([PRODUCTS], mongodb, HistoryLog()), recorded(history(2, 90)))
    generation += 1
    assert await indexed(followed) == await stored(mongodb) != before


async def test_lists_do_not_wait_for_an_import_unless_they_must(
    mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "CHUNK", 5)
    projection, followed = Projection([PRODUCTS], mongodb, HistoryLog()), following(mongodb)
    happened = recorded(history(3, 200))
    await deliver(projection, happened[:20])
    few = await indexed(followed)
    await deliver(projection, happened[20:])
    waiting = asyncio.create_task(indexed(followed, is_fresh=True))
    await asyncio.sleep(0)
    assert len(await indexed(followed)) < len(await stored(mongodb))
    assert await waiting == await stored(mongodb)
    assert len(few) < len(await waiting)


async def test_what_nobody_has_asked_for_in_a_long_time_is_not_given_out_as_it_was(
    mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "CHUNK", 5)
    now, happened = 0.0, recorded(history(3, 200))
    projection, followed = Projection([PRODUCTS], mongodb, HistoryLog()), following(mongodb, clock=lambda: now)
    await deliver(projection, happened[:20])
    few = await indexed(followed)
    await deliver(projection, happened[20:])
    now += follower.MAX_AGE + 1
    assert len(few) < len(await indexed(followed))
    assert await indexed(followed) == await stored(mongodb)

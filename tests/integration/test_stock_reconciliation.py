"""The stock view against the log: every damage is named, and repaired from the log; missing signals are given."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from aioutlet.stock.books import Books
from aioutlet.stock.repair import give_signals, mend_documents
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.models.stock import STOCK
from projectors.projection import Projection
from projectors.verification.stock_reconciliation import Difference, Reconciliation, reconcile_stock
from schemas.documents import Document
from schemas.warehouse import StockLine
from schemas.warehouse_sites import parse_sites
from tests.examples import EXAMPLES
from tests.histories import PARTITIONS, HistoryLog, deliver
from tests.integration.doors.counter import LAMP, MUG, Counter, open_counter

LAMPS = (StockLine(product_id="lamp", quantity=2),)


class Shop:
    """A shop with two warehouses, its documents, and what a reconciliation says of them."""

    def __init__(self, counter: Counter, database: Database) -> None:
        self.counter = counter
        self.books = Books(counter.store, database, PARTITIONS)
        self.documents = database[STOCK.view.name]
        self.projection = Projection(MODELS, database, HistoryLog())
        self.shown = 0

    async def receive(self, warehouse_id: str, **pieces: int) -> None:
        items = [{"productId": product, "quantity": quantity} for product, quantity in pieces.items()]
        said = {"warehouseId": warehouse_id, "items": items}
        await self.counter.done("POST", "/inventory/receipts", 201, json=said)

    async def show(self) -> None:
        """Fold what is new into the documents."""
        news = await self.counter.log(after=self.shown)
        await deliver(self.projection, news)
        self.shown = await self.counter.store.head()

    async def reconciled(self) -> Reconciliation:
        return await reconcile_stock(self.books.store, self.books.database, partitions=PARTITIONS)

    async def all_documents(self) -> list[Document]:
        return await self.documents.find().sort("_id", 1).to_list()


@pytest.fixture
async def shop(mongodb: Database) -> AsyncIterator[Shop]:
    async with open_counter(sites=parse_sites("main,east")) as counter:
        await counter.stock(LAMP, MUG)
        shop = Shop(counter, mongodb)
        await shop.receive("main", lamp=5, mug=7)
        await shop.receive("east", lamp=3)
        held = {"order_id": "o-1", "items": LAMPS}
        await counter.happened(
            *(
                EXAMPLES[name].model_copy(update=held | {"warehouse_id": "main"})
                for name in ("inventory.reserved", "inventory.confirmed")
            )
        )
        broke = {"warehouseId": "east", "productId": "lamp", "delta": -1, "reason": "one broke"}
        await counter.done("POST", "/inventory/adjustments", 201, json=broke)
        await shop.show()
        yield shop


async def test_a_view_that_nobody_touched_is_the_fold_of_the_log(shop: Shop) -> None:
    found = await shop.reconciled()
    assert (found.agrees, found.documents, found.behind, found.mends) == (True, 3, 0, ())
    assert found.events == len([each for each in await shop.counter.log() if "stock" in each.type]) + 1


DAMAGES: dict[str, tuple[dict[str, Any], Difference]] = {
    "available": ({"available": 9}, Difference("main", "lamp", "available", 9, 3)),
    "on hand": ({"onHand": -1}, Difference("main", "lamp", "onHand", -1, 5)),
    "level": ({"level": "out"}, Difference("main", "lamp", "level", "out", "low")),
    "text": ({"reserved": "2"}, Difference("main", "lamp", "reserved", "2", 2)),
    "unknown": ({"colour": "red"}, Difference("main", "lamp", "colour", "red", None)),
    "past": ({"position": 1}, Difference("main", "lamp", "position", 1, 8)),
    "future": ({"position": 10**9}, Difference("main", "lamp", "position", 10**9, 8)),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_field_is_named_and_repaired(shop: Shop, damage: str) -> None:
    whole = await shop.all_documents()
    change, difference = DAMAGES[damage]
    await shop.documents.update_one({"_id": "main/lamp"}, {"$set": change})
    found = await shop.reconciled()
    assert found.differences == (difference,)
    assert await mend_documents(shop.books, found.mends) == 1
    assert (await shop.reconciled()).agrees
    assert await shop.all_documents() == whole


async def test_a_document_that_is_gone_and_one_too_many_are_named_and_repaired(shop: Shop) -> None:
    whole = await shop.all_documents()
    await shop.documents.delete_one({"_id": "east/lamp"})
    await shop.documents.insert_one(whole[0] | {"_id": "east/vase", "productId": "vase"})
    found = await shop.reconciled()
    assert found.differences == (
        Difference("east", "vase", "document", "stored", None),
        Difference("east", "lamp", "document", None, "in the log"),
    )
    assert await mend_documents(shop.books, found.mends) == 2
    assert await shop.all_documents() == whole


async def test_a_document_that_moves_on_meanwhile_is_left_alone(shop: Shop) -> None:
    await shop.documents.update_one({"_id": "main/lamp"}, {"$set": {"available": 9}})
    found = await shop.reconciled()
    await shop.receive("main", lamp=1)
    await shop.show()
    moved = await shop.documents.find_one({"_id": "main/lamp"})
    assert await mend_documents(shop.books, found.mends) == 0
    assert await shop.documents.find_one({"_id": "main/lamp"}) == moved


async def test_what_the_projectors_have_not_read_yet_is_no_difference(shop: Shop) -> None:
    await shop.receive("main", lamp=1)
    found = await shop.reconciled()
    assert (found.differences, found.behind) == ((), 1)


async def test_stock_of_the_release_before_is_given_its_signals_once(shop: Shop) -> None:
    old = [
        EXAMPLES["stock.received"].model_copy(
            update={"warehouse_id": warehouse_id, "receipt_id": "old", "items": items}
        )
        for warehouse_id, items in (("north", LAMPS), ("south", (StockLine(product_id="mug", quantity=1), *LAMPS)))
    ]
    await shop.counter.happened(*old)
    await shop.show()
    found = await shop.reconciled()
    assert (found.agrees, found.differences) == (False, ())
    assert found.missing_signals == {"north": 1, "south": 2}
    head = await shop.counter.store.head()
    assert await give_signals(shop.books, found.missing_signals) == 3
    given = [(each.stream, each.event.model_dump()["productId"]) for each in await shop.counter.log(after=head)]
    assert given == [("warehouse-north", "lamp"), ("warehouse-south", "lamp"), ("warehouse-south", "mug")]
    assert (await shop.reconciled()).agrees
    assert await give_signals(shop.books, found.missing_signals) == 0

"""What is counted after these events; every piece is somewhere."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from projectors.folding import fold
from projectors.models.stock import STOCK
from query_api.context import QueryContext
from query_api.routers.inventory import BY_PRODUCT, InventoryParameters, stock_query
from schemas.documents import Document
from schemas.message import Event
from schemas.warehouse import StockLine
from tests.examples import EXAMPLES, LAMP_ID, MUG_ID
from tests.histories import events, recorded

QUERIES = cast(QueryContext, SimpleNamespace(sold_from=frozenset({"main", "east"})))


def mugs_after(*history: Event) -> Document:
    document = fold(STOCK, {}, recorded(history)).documents[f"main/{MUG_ID}"]
    assert document is not None
    return document


def counted(document: Document) -> tuple[int, int, int]:
    return document["onHand"], document["reserved"], document["available"]


RECEIVED = EXAMPLES["stock.received"].model_copy(update={"items": (StockLine(product_id=MUG_ID, quantity=10),)})


def test_what_was_received_is_available() -> None:
    assert counted(mugs_after(RECEIVED)) == (10, 0, 10)


def test_a_count_corrects_what_is_on_hand() -> None:
    mugs = mugs_after(RECEIVED, *events("stock.adjusted"))
    assert (counted(mugs), mugs["adjusted"]) == ((9, 0, 9), -1)


def test_reserved_pieces_are_on_hand_but_not_available() -> None:
    assert counted(mugs_after(RECEIVED, *events("inventory.reserved"))) == (10, 2, 8)


def test_released_and_expired_pieces_are_available_again() -> None:
    assert counted(mugs_after(RECEIVED, *events("inventory.reserved", "inventory.released"))) == (10, 0, 10)
    assert counted(mugs_after(RECEIVED, *events("inventory.reserved", "inventory.expired"))) == (10, 0, 10)


def test_committed_pieces_have_left() -> None:
    mugs = mugs_after(RECEIVED, *events("inventory.reserved", "inventory.committed"))
    assert (counted(mugs), mugs["shipped"]) == ((8, 0, 8), 2)


def test_an_answer_given_again_takes_nothing_again() -> None:
    again = EXAMPLES["inventory.reserved"].model_copy(update={"items": (), "attempt": 2})
    assert counted(mugs_after(RECEIVED, *events("inventory.reserved"), again)) == (10, 2, 8)


def test_one_product_twice_on_a_note_is_counted_twice() -> None:
    twice = RECEIVED.model_copy(update={"items": (StockLine(product_id=MUG_ID, quantity=3),) * 2})
    assert counted(mugs_after(twice)) == (6, 0, 6)


def test_one_event_moves_every_product_it_names() -> None:
    documents = fold(STOCK, {}, recorded(events("stock.received"))).documents
    assert documents.keys() == {f"main/{LAMP_ID}", f"main/{MUG_ID}"}


def test_warehouses_are_counted_apart() -> None:
    elsewhere = RECEIVED.model_copy(update={"warehouse_id": "north"})
    assert counted(mugs_after(RECEIVED, elsewhere)) == (10, 0, 10)


@pytest.mark.parametrize(
    ("available", "level"), [(0, "out"), (1, "low"), (10, "low"), (11, "enough")], ids=["none", "one", "ten", "more"]
)
def test_a_level_says_what_has_to_be_ordered(available: int, level: str) -> None:
    items = (StockLine(product_id=MUG_ID, quantity=11),)
    received = RECEIVED.model_copy(update={"items": items})
    assert mugs_after(received, *events("stock.adjusted", delta=available - 11))["level"] == level


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"product_id": ("a", "b")},
        {"warehouse_id": "main"},
        {"level": "low"},
        {"level": "out", "warehouse_id": "main"},
    ],
    ids=str,
)
def test_every_list_of_stock_is_in_the_order_of_an_index(asked: dict[str, Any]) -> None:
    query = stock_query(QUERIES, InventoryParameters(**asked))
    equal = {name for name, value in query.items() if isinstance(value, str)}
    wanted = [name for name, _ in BY_PRODUCT if name not in equal]
    indexes = [[name for name, _ in index] for index in STOCK.indexes]
    assert [each for each in indexes if {*each[: len(equal)]} == equal and each[len(equal) :][: len(wanted)] == wanted]

"""What is counted after these events; every piece is somewhere."""

from projectors.folding import fold
from projectors.models.stock import STOCK
from schemas.documents import Document
from schemas.message import Event
from schemas.warehouse import StockLine
from tests.examples import EXAMPLES, LAMP_ID, MUG_ID
from tests.histories import events, recorded


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

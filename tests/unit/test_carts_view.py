"""What a cart's document tells after these events."""

from collections.abc import Sequence

import pytest

from domain.cart.decider import CART
from projectors.folding import fold
from projectors.models.carts import CARTS
from schemas.cart import CartItemAdded
from schemas.documents import Document
from schemas.message import Event
from tests.examples import (
    CART_ID,
    CUSTOMER_ID,
    EXAMPLES,
    GUEST_CART_ID,
    LAMP_ID,
    MUG_ID,
    MUG_PRICE,
    ORDER_ID,
    ORDER_NUMBER,
)
from tests.histories import events, recorded

CREATED = EXAMPLES["cart.created"]
ADDED = EXAMPLES["cart.item.added"]
OF_GUEST = events("cart.created", "cart.item.added", cart_id=GUEST_CART_ID)


def carts(history: Sequence[Event]) -> dict[str, Document]:
    return fold(CARTS, {}, [each for each in recorded(history) if each.type in CARTS.types]).documents


def cart_after(*names: str) -> Document:
    return carts(events("cart.created", *names))[CUSTOMER_ID]


def quantities(cart: Document) -> dict[str, int]:
    return {line["productId"]: line["quantity"] for line in cart["lines"]}


def test_a_new_cart_is_empty_and_says_whose_it_is() -> None:
    cart = cart_after()
    assert (cart["cartId"], cart["ownerId"], cart["ownerType"]) == (CART_ID, CUSTOMER_ID, "customer")
    assert (cart["lines"], cart["abandonedAt"], cart["lastOrder"], cart["version"]) == ([], None, None, 1)


def test_a_line_has_the_price_that_was_seen_and_its_times() -> None:
    cart = cart_after("cart.item.added", "cart.item.added", "cart.item.quantity.changed")
    assert cart["lines"] == [
        {
            "productId": MUG_ID,
            "quantity": 3,
            "unitPriceSeen": MUG_PRICE.model_dump(),
            "addedAt": "2026-03-14T12:00:02.250000Z",
            "changedAt": "2026-03-14T12:00:04.250000Z",
        }
    ]
    assert quantities(cart_after("cart.item.added", "cart.item.added")) == {MUG_ID: 4}


@pytest.mark.parametrize("name", ["cart.item.removed", "cart.cleared", "cart.checked.out"])
def test_what_is_taken_out_is_gone(name: str) -> None:
    assert quantities(cart_after("cart.item.added", name)) == {}


def test_lines_stay_in_the_order_in_which_their_products_came() -> None:
    lamp = CartItemAdded(cart_id=CART_ID, product_id=LAMP_ID, quantity=1, unit_price_seen=MUG_PRICE)
    cart = carts([CREATED, ADDED, lamp, ADDED])[CUSTOMER_ID]
    assert list(quantities(cart).items()) == [(MUG_ID, 4), (LAMP_ID, 1)]


def test_a_transfer_leaves_its_results() -> None:
    assert quantities(cart_after("cart.item.added", "cart.transferred")) == {MUG_ID: 5}


def test_after_a_checkout_the_next_round_names_the_order_of_the_last() -> None:
    cart = cart_after("cart.item.added", "cart.checked.out")
    assert cart["cartId"] == f"{CUSTOMER_ID}.4"
    assert cart["lastOrder"] == {"cartId": CART_ID, "orderId": ORDER_ID, "orderNumber": ORDER_NUMBER}


def test_a_cart_is_abandoned_until_something_happens() -> None:
    assert cart_after("cart.item.added", "cart.abandoned")["abandonedAt"] == "2026-03-14T12:00:03.250000Z"
    assert cart_after("cart.item.added", "cart.abandoned", "cart.item.added")["abandonedAt"] is None


ENDED = {
    "handed over": [*OF_GUEST, *events("cart.handed.over", cart_id=GUEST_CART_ID)],
    "expired": [*OF_GUEST, *events("cart.expired", cart_id=GUEST_CART_ID)],
    "erased": [CREATED, ADDED, EXAMPLES["user.erased"], EXAMPLES["cart.abandoned"]],
}


@pytest.mark.parametrize("history", ENDED.values(), ids=ENDED)
def test_of_a_cart_that_has_ended_nothing_is_left_but_when(history: Sequence[Event]) -> None:
    [cart] = carts(history).values()
    assert {**cart, "_id": ""} == {"_id": "", "position": 3, "endedAt": "2026-03-14T12:00:03.250000Z"}


@pytest.mark.parametrize("history", ENDED.values(), ids=ENDED)
@pytest.mark.parametrize("length", [1, 2])
def test_events_that_come_again_do_not_bring_it_back(history: Sequence[Event], length: int) -> None:
    again = [each for each in recorded(history[:length]) if each.type in CARTS.types]
    assert fold(CARTS, carts(history), again).documents == {}


def test_the_document_says_what_the_decider_knows() -> None:
    names = ("cart.created", "cart.item.added", "cart.item.quantity.changed", "cart.transferred", "cart.item.added")
    cart = carts(events(*names))[CUSTOMER_ID]
    state = CART.fold(events(*names))  # type: ignore[arg-type]  # examples of carts
    assert quantities(cart) == {product_id: line.quantity for product_id, line in state.lines.items()}

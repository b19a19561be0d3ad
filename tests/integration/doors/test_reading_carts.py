"""Carts at the query door: their owner's alone, with the prices and the stock of now."""

from typing import Any

import pytest

from schemas.actor_type import ActorType
from schemas.cart import CartCreated, CartExpired, CartItemAdded, CartOwner
from schemas.message import Event, Money
from schemas.product import ProductCreated, ProductDiscontinued, ProductPriceChanged
from schemas.warehouse import StockLine, StockReceived
from tests.examples import GUEST_ID
from tests.histories import recorded
from tests.integration.doors.counter import ANN, BOB, EVE, who
from tests.integration.doors.reader import Reader

AS_GUEST = who(GUEST_ID, kind="guest")
UNVERIFIED = who("una", kind="customer")


def dollars(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def product(product_id: str, price: int) -> ProductCreated:
    return ProductCreated(
        product_id=product_id, name=f"A {product_id}", department="Home", category="Things", price=dollars(price)
    )


def cart_of(owner: str, **pieces: int) -> list[Event]:
    kind = ActorType.GUEST if owner == GUEST_ID else ActorType.CUSTOMER
    cart_id = f"{owner}.1"
    return [
        CartCreated(cart_id=cart_id, owner=CartOwner.model_validate({"type": kind, "id": owner})),
        *(
            CartItemAdded(cart_id=cart_id, product_id=product_id, quantity=n, unit_price_seen=dollars(100))
            for product_id, n in pieces.items()
        ),
    ]


STOCKED = StockReceived(
    warehouse_id="main",
    receipt_id="r",
    items=tuple(StockLine(product_id=name, quantity=n) for name, n in {"mug": 5, "lamp": 9, "old": 4}.items()),
)
SHOP: list[Event] = [
    *(product(name, 100) for name in ("mug", "lamp", "old", "rare")),
    STOCKED,
    *cart_of("bob", mug=2, lamp=3, old=1, rare=1),
    *cart_of(GUEST_ID, mug=6),
    ProductPriceChanged(product_id="lamp", old=dollars(100), new=dollars(120)),
    ProductDiscontinued(product_id="old"),
]


@pytest.fixture
async def shop(reader: Reader) -> Reader:
    await reader.sees(recorded(SHOP))
    return reader


async def test_each_line_says_what_has_changed_since_it_was_added(shop: Reader) -> None:
    cart = await shop.told("/carts/bob", headers=BOB)
    lines: dict[str, dict[str, Any]] = {line["productId"]: line for line in cart["items"]}
    assert {name: line["changes"] for name, line in lines.items()} == {
        "mug": [],
        "lamp": ["priceChanged"],
        "old": ["notForSale"],
        "rare": ["fewerAvailable"],
    }
    assert (lines["lamp"]["unitPriceSeen"]["amount"], lines["lamp"]["unitPrice"]["amount"]) == (100, 120)
    assert (lines["lamp"]["lineTotal"]["amount"], lines["lamp"]["name"]) == (360, "A lamp")
    assert {line["department"] for line in lines.values()} == {"Home"}
    assert (lines["mug"]["available"], lines["old"]["available"], lines["rare"]["available"]) == (5, 0, 0)


async def test_the_subtotal_is_of_what_is_for_sale_at_the_prices_of_now(shop: Reader) -> None:
    cart = await shop.told("/carts/bob", headers=BOB)
    assert (cart["subtotal"], cart["pieces"], cart["canCheckOut"]) == ({"amount": 660, "currency": "USD"}, 7, False)


async def test_a_guest_sees_the_guests_cart(shop: Reader) -> None:
    cart = await shop.told(f"/carts/{GUEST_ID}", headers=AS_GUEST)
    assert (cart["cartId"], cart["canCheckOut"]) == (f"{GUEST_ID}.1", False)
    assert [line["changes"] for line in cart["items"]] == [["fewerAvailable"]]


@pytest.mark.parametrize(("owner", "headers"), [("eve", EVE), ("una", UNVERIFIED)])
async def test_who_has_put_nothing_into_a_cart_has_an_empty_one(
    shop: Reader, owner: str, headers: dict[str, str]
) -> None:
    cart = await shop.told(f"/carts/{owner}", headers=headers)
    assert (cart["cartId"], cart["items"], cart["subtotal"], cart["version"]) == (f"{owner}.1", [], None, 0)


async def test_a_cart_that_has_ended_is_an_empty_one(shop: Reader) -> None:
    await shop.sees(recorded([*SHOP, CartExpired(cart_id=f"{GUEST_ID}.1")]))
    cart = await shop.told(f"/carts/{GUEST_ID}", headers=AS_GUEST)
    assert (cart["items"], cart["subtotal"], cart["version"]) == ([], None, 0)


@pytest.mark.parametrize(
    ("owner", "headers"),
    [("bob", EVE), ("bob", ANN), ("bob", AS_GUEST), (GUEST_ID, BOB), ("bff", who("bff", kind="guest"))],
)
async def test_nobody_sees_anothers_cart(shop: Reader, owner: str, headers: dict[str, str]) -> None:
    await shop.refused(404, "not_found", f"/carts/{owner}", headers=headers)


async def test_a_product_that_the_catalogue_does_not_show_yet_is_not_for_sale(reader: Reader) -> None:
    await reader.sees(recorded(cart_of("bob", mug=2)))
    [line] = (await reader.told("/carts/bob", headers=BOB))["items"]
    assert (line["name"], line["forSale"], line["changes"]) == (None, False, ["notForSale", "fewerAvailable"])
    assert line["unitPrice"] == line["unitPriceSeen"]


async def test_one_reads_what_one_wrote(shop: Reader) -> None:
    position = {"X-Min-Position": "cart-bob@7"}
    assert (await shop.asks("/carts/bob", headers=BOB | position)).status_code == 200
    assert ("carts", 7) in {(view, at) for view, _, at, _ in shop.watcher.asked}


@pytest.mark.parametrize(("price", "pieces"), [(10**12, 2), (10**12, 1_000_000), (1_000_001, 1_000_000), (0, 7)])
async def test_a_cart_is_shown_although_it_is_worth_more_than_can_be_ordered(
    reader: Reader, price: int, pieces: int
) -> None:
    await reader.sees(recorded([product("gold", price), product("mug", 100), *cart_of("bob", gold=pieces, mug=3)]))
    cart = await reader.told("/carts/bob", headers=BOB)
    assert [line["lineTotal"]["amount"] for line in cart["items"]] == [price * pieces, 300]
    assert cart["subtotal"] == {"amount": price * pieces + 300, "currency": "USD"}

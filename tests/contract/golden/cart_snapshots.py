"""What the golden snapshot of a cart holds: the fields of its state, and the state that a fixed history leads to."""

from pathlib import Path

import orjson

from domain.cart.decider import CART
from domain.cart.snapshot import CART_SNAPSHOT_VERSION, dump
from domain.cart.state import CHECKOUTS_KEPT, Cart, Checkout, HandOver, Line
from schemas.actor_type import ActorType
from schemas.cart import (
    CartAbandoned,
    CartCheckedOut,
    CartCleared,
    CartCreated,
    CartEvent,
    CartExpired,
    CartHandedOver,
    CartItemAdded,
    CartItemQuantityChanged,
    CartItemRemoved,
    CartOwner,
    CartTransferred,
    TransferLine,
    TransferRule,
)
from schemas.message import Money

PATH = Path(__file__).parent / "snapshots" / f"{CART_SNAPSHOT_VERSION}.json"
GUEST = "guest-00112233445566778899aabbccddeeff00112233"
ORDER_NUMBER = "ORD-20260314-7K3QZ"


def dollars(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def added(cart_id: str, product_id: str, quantity: int, price: int) -> CartItemAdded:
    return CartItemAdded(cart_id=cart_id, product_id=product_id, quantity=quantity, unit_price_seen=dollars(price))


def moved(product_id: str, guests: int, own: int, result: int, rule: TransferRule) -> TransferLine:
    return TransferLine(
        product_id=product_id,
        guest_quantity=guests,
        user_quantity=own,
        result_quantity=result,
        rule=rule,
        unit_price_seen=dollars(95),
    )


HISTORY: tuple[CartEvent, ...] = (
    CartCreated(cart_id="ann.1", owner=CartOwner(type=ActorType.CUSTOMER, id="ann")),
    added("ann.1", "mug", 2, 100),
    added("ann.1", "lamp", 1, 3499),
    CartItemQuantityChanged(cart_id="ann.1", product_id="mug", old=2, new=5, unit_price_seen=dollars(110)),
    CartItemRemoved(cart_id="ann.1", product_id="lamp", quantity=1),
    CartCheckedOut(cart_id="ann.1", order_id="order-1", order_number=ORDER_NUMBER),
    added("ann.2", "vase", 1, 999),
    CartCleared(cart_id="ann.2"),
    added("ann.2", "vase", 3, 999),
    CartTransferred(
        cart_id="ann.2",
        from_guest_cart_id=f"{GUEST}.1",
        lines=(
            moved("vase", 2, 3, 5, TransferRule.SUMMED),
            moved("mug", 9, 0, 4, TransferRule.CAPPED_AT_STOCK),
            moved("lamp", 1, 0, 0, TransferRule.NOT_FOR_SALE),
        ),
    ),
    CartAbandoned(cart_id="ann.2"),
)
OF_GUESTS: dict[str, tuple[CartEvent, ...]] = {
    "handed over": (
        CartCreated(cart_id=f"{GUEST}.1", owner=CartOwner(type=ActorType.GUEST, id=GUEST)),
        added(f"{GUEST}.1", "mug", 9, 95),
        CartHandedOver(cart_id=f"{GUEST}.1", into_cart_id="ann.2", version=10),
    ),
    "expired": (
        CartCreated(cart_id=f"{GUEST}.1", owner=CartOwner(type=ActorType.GUEST, id=GUEST)),
        CartExpired(cart_id=f"{GUEST}.1"),
    ),
}


def states() -> dict[str, Cart]:
    """The states that the histories lead to."""
    return {"of a person": CART.fold(HISTORY), **{name: CART.fold(each) for name, each in OF_GUESTS.items()}}


def cart_snapshot_file() -> dict[Path, bytes]:
    """The golden file of the current version."""
    content = {
        "checkouts_kept": CHECKOUTS_KEPT,
        "fields": {
            cls.__name__: {name: str(hint) for name, hint in cls.__annotations__.items()}
            for cls in (Cart, Line, Checkout, HandOver)
        },
        "states": {name: orjson.loads(dump(cart)) for name, cart in states().items()},
    }
    return {PATH: orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)}

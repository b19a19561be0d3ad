"""A cart: what may be put in, how rounds end, and how a guest's comes into a person's."""

from datetime import timedelta

import pytest

from domain.cart.decider import CART, check_round
from domain.cart.state import CHECKOUTS_KEPT, Cart, Checkout
from domain.cart.timers import CartLifetimes, CartWait, NextWait, due_command, next_wait
from schemas.actor_type import ActorType
from schemas.cart import (
    MAX_CART_LINES,
    AbandonCart,
    AddItem,
    CartAbandoned,
    CartCheckedOut,
    CartCleared,
    CartCreated,
    CartEvent,
    CartExpired,
    CartHandedOver,
    CartItem,
    CartItemAdded,
    CartItemQuantityChanged,
    CartItemRemoved,
    CartOwner,
    CartTransferred,
    CheckOutCart,
    ClearCart,
    ExpireCart,
    HandOverCart,
    Offer,
    RemoveItem,
    SetItemQuantity,
    TakeGuestCart,
    TransferLine,
    TransferRule,
)
from schemas.cart_id import GUEST_ID, CartRound, new_guest_id, round_of
from schemas.errors import (
    AlreadyCheckedOut,
    AlreadyTransferred,
    CartEmpty,
    CartEnded,
    CartFull,
    CurrencyDiffers,
    NotAvailable,
    NotFound,
    ProductNotForSale,
)
from schemas.message import Money
from tests.examples import GUEST_CART_ID, ORDER_ID, ORDER_NUMBER
from tests.examples import GUEST_ID as GUEST
from tests.spec import given

ANN = CartOwner(type=ActorType.CUSTOMER, id="ann")
STRANGER = CartOwner(type=ActorType.GUEST, id=GUEST)
FIRST = "ann.1"


def dollars(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def offer(product_id: str = "mug", *, price: int = 899, available: int = 10, for_sale: bool = True) -> Offer:
    return Offer(product_id=product_id, for_sale=for_sale, price=dollars(price), available=available)


IN_POUNDS = Offer(product_id="tea", for_sale=True, price=Money(amount=300, currency="GBP"), available=9)


def add(quantity: int, offered: Offer | None = None, owner: CartOwner = ANN) -> AddItem:
    return AddItem(owner=owner, quantity=quantity, offer=offered or offer())


def set_to(quantity: int, offered: Offer | None = None) -> SetItemQuantity:
    return SetItemQuantity(owner=ANN, quantity=quantity, offer=offered or offer())


def added(quantity: int, product_id: str = "mug", *, price: int = 899, cart_id: str = FIRST) -> CartItemAdded:
    return CartItemAdded(cart_id=cart_id, product_id=product_id, quantity=quantity, unit_price_seen=dollars(price))


def item(quantity: int, product_id: str = "mug", price: int = 799) -> CartItem:
    return CartItem(product_id=product_id, quantity=quantity, unit_price_seen=dollars(price))


def take(*items: CartItem, offers: tuple[Offer, ...] = (offer(),)) -> TakeGuestCart:
    return TakeGuestCart(owner=ANN, guest_cart_id=GUEST_CART_ID, items=items, offers=offers)


CREATED = CartCreated(cart_id=FIRST, owner=ANN)
TWO = (CREATED, added(2))
OF_GUEST = (CartCreated(cart_id=GUEST_CART_ID, owner=STRANGER), added(4, price=799, cart_id=GUEST_CART_ID))
HANDED_OVER = CartHandedOver(cart_id=GUEST_CART_ID, into_cart_id=FIRST, version=3)
EXPIRED = CartExpired(cart_id=GUEST_CART_ID)
CHECKED_OUT = CartCheckedOut(cart_id=FIRST, order_id=ORDER_ID, order_number=ORDER_NUMBER)
CHECK_OUT = CheckOutCart(owner=ANN, round=1, order_id=ORDER_ID, order_number=ORDER_NUMBER)
ABANDONED = CartAbandoned(cart_id=FIRST)


def test_the_first_item_makes_the_cart() -> None:
    given(CART).when(add(2)).then(*TWO)


def test_more_of_the_same_product_is_added_to_it() -> None:
    given(CART, *TWO).when(add(8, offer(price=999))).then(added(8, price=999))
    cart = CART.fold([*TWO, added(8, price=999)])
    assert cart.lines == {"mug": (10, dollars(999))}


def test_no_more_than_is_available_is_added_to_what_the_cart_has() -> None:
    given(CART, *TWO).when(add(9)).refused(NotAvailable, available=10, in_cart=2, product_id="mug")
    given(CART).when(add(1, offer(available=0))).refused(NotAvailable, available=0, in_cart=0)


def test_nothing_that_was_discontinued_is_added() -> None:
    given(CART, *TWO).when(add(1, offer(for_sale=False))).refused(ProductNotForSale, product_id="mug")


def test_one_cart_has_one_currency() -> None:
    given(CART, *TWO).when(add(1, IN_POUNDS)).refused(CurrencyDiffers, currencies=["GBP", "USD"])
    given(CART, *TWO, CartCleared(cart_id=FIRST)).when(add(1, IN_POUNDS)).then(
        CartItemAdded(cart_id=FIRST, product_id="tea", quantity=1, unit_price_seen=IN_POUNDS.price)
    )


def test_a_cart_has_as_many_products_as_an_order_may() -> None:
    full = [added(1, f"p-{n}") for n in range(MAX_CART_LINES)]
    given(CART, CREATED, *full).when(add(1)).refused(CartFull, limit=MAX_CART_LINES)
    given(CART, CREATED, *full).when(add(1, offer("p-7"))).then(added(1, "p-7"))


def test_a_quantity_is_set_at_the_price_of_now() -> None:
    changed = CartItemQuantityChanged(cart_id=FIRST, product_id="mug", old=2, new=5, unit_price_seen=dollars(999))
    given(CART, *TWO).when(set_to(5, offer(price=999))).then(changed)
    given(CART, *TWO, changed).when(set_to(5, offer(price=999))).then()


def test_only_more_pieces_need_to_be_available() -> None:
    few = offer(available=1)
    given(CART, *TWO, added(5)).when(set_to(8, few)).refused(NotAvailable, available=1, in_cart=7)
    given(CART, *TWO, added(5)).when(set_to(6, few)).then(
        CartItemQuantityChanged(cart_id=FIRST, product_id="mug", old=7, new=6, unit_price_seen=dollars(899))
    )


def test_the_quantity_of_what_is_not_in_the_cart_cannot_be_set() -> None:
    given(CART, *TWO).when(set_to(1, offer("lamp"))).refused(NotFound, product_id="lamp")


def test_what_is_taken_out_twice_is_taken_out_once() -> None:
    remove = RemoveItem(owner=ANN, product_id="mug")
    removed = CartItemRemoved(cart_id=FIRST, product_id="mug", quantity=2)
    given(CART, *TWO).when(remove).then(removed)
    given(CART, *TWO, removed).when(remove).then()
    given(CART).when(remove).then()


def test_an_empty_cart_is_not_cleared() -> None:
    cleared = CartCleared(cart_id=FIRST)
    given(CART, *TWO).when(ClearCart(owner=ANN)).then(cleared)
    given(CART, *TWO, cleared).when(ClearCart(owner=ANN)).then()


def test_a_checkout_ends_the_round_and_the_next_begins_empty() -> None:
    given(CART, *TWO).when(CHECK_OUT).then(CHECKED_OUT)
    cart = CART.fold([*TWO, CHECKED_OUT])
    assert (cart.round, cart.lines, cart.checkouts) == (2, {}, {1: Checkout(ORDER_ID, ORDER_NUMBER)})
    given(CART, *TWO, CHECKED_OUT).when(add(1)).then(added(1, cart_id="ann.2"))


def test_a_second_checkout_of_a_round_names_the_order_of_the_first() -> None:
    refused = given(CART, *TWO, CHECKED_OUT, added(1, cart_id="ann.2")).when(CHECK_OUT)
    refused.refused(AlreadyCheckedOut, order_id=ORDER_ID, order_number=ORDER_NUMBER)


def test_a_round_of_long_ago_is_refused_without_its_order() -> None:
    rounds: list[CartEvent] = [
        CartCheckedOut(cart_id=f"ann.{n}", order_id=ORDER_ID, order_number=ORDER_NUMBER)
        for n in range(1, CHECKOUTS_KEPT + 2)
    ]
    cart = CART.fold((*TWO, *rounds))
    with pytest.raises(AlreadyCheckedOut) as refused:
        check_round(cart, 1)
    assert "order_id" not in refused.value.extra
    assert [*cart.checkouts] == [*range(2, CHECKOUTS_KEPT + 2)]


def test_nothing_is_checked_out_of_an_empty_cart_or_a_later_round() -> None:
    given(CART).when(CHECK_OUT).refused(CartEmpty)
    given(CART, *TWO).when(CHECK_OUT.model_copy(update={"round": 2})).refused(NotFound)


def line(
    guest: int, own: int, result: int, rule: TransferRule, product_id: str = "mug", price: int = 799
) -> TransferLine:
    return TransferLine(
        product_id=product_id,
        guest_quantity=guest,
        user_quantity=own,
        result_quantity=result,
        rule=rule,
        unit_price_seen=dollars(price),
    )


def transferred(*lines: TransferLine) -> CartTransferred:
    return CartTransferred(cart_id=FIRST, from_guest_cart_id=GUEST_CART_ID, lines=lines)


def test_a_guests_lines_are_summed_with_ones_own() -> None:
    given(CART, *TWO).when(take(item(4))).then(transferred(line(4, 2, 6, TransferRule.SUMMED)))
    given(CART).when(take(item(4))).then(CREATED, transferred(line(4, 0, 4, TransferRule.SUMMED)))


@pytest.mark.parametrize(("available", "result"), [(5, 5), (2, 2), (1, 2), (0, 2)])
def test_a_sum_is_capped_at_stock_but_ones_own_is_never_made_less(available: int, result: int) -> None:
    capped = line(4, 2, result, TransferRule.CAPPED_AT_STOCK)
    given(CART, *TWO).when(take(item(4), offers=(offer(available=available),))).then(transferred(capped))


def test_a_line_of_which_nothing_is_left_is_reported_and_not_in_the_cart() -> None:
    gone = transferred(line(4, 0, 0, TransferRule.CAPPED_AT_STOCK))
    given(CART, CREATED).when(take(item(4), offers=(offer(available=0),))).then(gone)
    assert CART.fold([CREATED, gone]).lines == {}


def test_what_cannot_be_bought_is_reported_with_its_rule() -> None:
    discontinued = take(item(4), offers=(offer(for_sale=False),))
    given(CART, *TWO).when(discontinued).then(transferred(line(4, 2, 2, TransferRule.NOT_FOR_SALE, price=899)))
    tea = CartItem(product_id="tea", quantity=1, unit_price_seen=IN_POUNDS.price)
    [event] = CART.decide(take(tea, offers=(IN_POUNDS,)), CART.fold(TWO))
    assert isinstance(event, CartTransferred)
    assert [(each.rule, each.result_quantity) for each in event.lines] == [(TransferRule.CURRENCY_DIFFERS, 0)]


def test_a_full_cart_takes_only_more_of_what_it_has() -> None:
    full: list[CartEvent] = [CREATED, *(added(1, f"p-{n}") for n in range(MAX_CART_LINES))]
    [event] = CART.decide(take(item(4), item(2, "p-3"), offers=(offer(), offer("p-3"))), CART.fold(full))
    assert isinstance(event, CartTransferred)
    assert [each.rule for each in event.lines] == [TransferRule.CART_FULL, TransferRule.SUMMED]


def test_an_empty_guests_cart_transfers_nothing() -> None:
    given(CART, *TWO).when(take()).then()


def test_a_guests_cart_ends_when_it_is_handed_over() -> None:
    hand_over = HandOverCart(owner=STRANGER, into_cart_id=FIRST, version=3)
    given(CART, *OF_GUEST).when(hand_over).then(HANDED_OVER)
    given(CART, *OF_GUEST, HANDED_OVER).when(hand_over).then()
    given(CART).when(hand_over).then()
    given(CART, *OF_GUEST, HANDED_OVER).when(add(1, owner=STRANGER)).refused(AlreadyTransferred)


@pytest.mark.parametrize("command", [add(1), set_to(1), ClearCart(owner=STRANGER)])
def test_an_expired_cart_takes_nothing_any_more(command: AddItem | SetItemQuantity | ClearCart) -> None:
    given(CART, *OF_GUEST, EXPIRED).when(command).refused(CartEnded)


def test_a_cart_is_abandoned_once_until_something_happens() -> None:
    given(CART, *TWO).when(AbandonCart(owner=ANN, version=2)).then(ABANDONED)
    given(CART, *TWO, ABANDONED).when(AbandonCart(owner=ANN, version=3)).then()
    given(CART, *TWO, ABANDONED, added(1)).when(AbandonCart(owner=ANN, version=4)).then(ABANDONED)


@pytest.mark.parametrize("past", [(*TWO, added(1)), (*TWO, CHECKED_OUT), ()])
def test_a_late_timer_abandons_nothing(past: tuple[CartEvent, ...]) -> None:
    given(CART, *past).when(AbandonCart(owner=ANN, version=2)).then()


def test_an_empty_cart_is_not_abandoned() -> None:
    given(CART, *TWO, CHECKED_OUT).when(AbandonCart(owner=ANN, version=3)).then()


def test_only_a_guests_cart_expires_and_only_unless_something_happened() -> None:
    given(CART, *OF_GUEST).when(ExpireCart(owner=STRANGER, version=2)).then(EXPIRED)
    given(CART, *OF_GUEST).when(ExpireCart(owner=STRANGER, version=1)).then()
    given(CART, *OF_GUEST, HANDED_OVER).when(ExpireCart(owner=STRANGER, version=3)).then()
    given(CART, *TWO).when(ExpireCart(owner=ANN, version=2)).then()


LIFETIMES = CartLifetimes()
ABANDONMENT = (CartWait.ABANDONMENT, LIFETIMES.abandoned_after)
EXPIRY = (CartWait.EXPIRY, LIFETIMES.guest_expires_after)


@pytest.mark.parametrize(
    ("past", "wait"),
    [
        ((), None),
        ((CREATED,), None),
        (TWO, ABANDONMENT),
        ((*TWO, ABANDONED), None),
        ((*TWO, CHECKED_OUT), None),
        (OF_GUEST, ABANDONMENT),
        ((*OF_GUEST, CartAbandoned(cart_id=GUEST_CART_ID)), EXPIRY),
        ((*OF_GUEST, CartCleared(cart_id=GUEST_CART_ID)), EXPIRY),
        ((*OF_GUEST, HANDED_OVER), None),
        ((*OF_GUEST, EXPIRED), None),
    ],
)
def test_what_a_cart_waits_for(past: tuple[CartEvent, ...], wait: tuple[CartWait, timedelta] | None) -> None:
    expected = NextWait(wait[0], len(past), wait[1]) if wait else None
    assert next_wait(CART.fold(past), LIFETIMES) == expected


def test_a_timers_token_names_what_is_to_be_decided() -> None:
    token = NextWait(CartWait.ABANDONMENT, 7, LIFETIMES.abandoned_after).token
    assert due_command(ANN, token) == AbandonCart(owner=ANN, version=7)
    assert due_command(STRANGER, "expiry/2") == ExpireCart(owner=STRANGER, version=2)
    with pytest.raises(ValueError, match="later"):
        due_command(ANN, "later/2")


def test_a_cart_of_an_unknown_owner_has_no_lines() -> None:
    assert Cart().quantity("mug") == 0


def test_a_guests_id_is_random_and_an_id_names_its_round() -> None:
    ids = {new_guest_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(GUEST_ID.fullmatch(each) for each in ids)
    assert round_of("ann.b.12") == CartRound("ann.b", 12)
    assert [round_of(each) for each in ("ann", "ann.0", "ann.x", ".1", "ann.01")] == [None] * 5

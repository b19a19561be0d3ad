"""A cart under any commands, in any order: it holds what a plain dictionary would, and a round is ordered once."""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.cart.decider import CART
from domain.cart.snapshot import dump, load
from domain.cart.state import Cart
from schemas.actor_type import ActorType
from schemas.cart import (
    AbandonCart,
    AddItem,
    CartCommand,
    CartEvent,
    CartItem,
    CartOwner,
    CartTransferred,
    CheckOutCart,
    ClearCart,
    Offer,
    RemoveItem,
    SetItemQuantity,
    TakeGuestCart,
)
from schemas.errors import AIOutletError, AlreadyCheckedOut, CartEmpty
from schemas.message import Money
from tests.examples import GUEST_CART_ID, ORDER_NUMBER

ANN = CartOwner(type=ActorType.CUSTOMER, id="ann")
PRODUCTS = st.sampled_from(["bread", "eggs", "milk"])
PIECES = st.integers(1, 9)


def offer(product_id: str, available: int, price: int = 100) -> Offer:
    return Offer(product_id=product_id, for_sale=True, price=Money(amount=price, currency="USD"), available=available)


class CartMachine(RuleBasedStateMachine):
    """The decider beside a model: what is in the cart, and which rounds were ordered."""

    @initialize()
    def begin(self) -> None:
        self.cart: Cart = CART.initial
        self.history: list[CartEvent] = []
        self.model: dict[str, int] = {}
        self.orders: dict[int, str] = {}

    def decided(self, command: CartCommand) -> list[CartEvent]:
        events = list(CART.decide(command, self.cart))
        self.history += events
        self.cart = CART.fold(events, self.cart)
        return events

    @rule(product_id=PRODUCTS, quantity=PIECES, available=st.integers(0, 20))
    def add(self, product_id: str, quantity: int, available: int) -> None:
        wanted = self.model.get(product_id, 0) + quantity
        try:
            self.decided(AddItem(owner=ANN, quantity=quantity, offer=offer(product_id, available)))
        except AIOutletError:
            assert wanted > available
        else:
            assert wanted <= available
            self.model[product_id] = wanted

    @rule(product_id=PRODUCTS, quantity=PIECES, available=st.integers(0, 20))
    def set_quantity(self, product_id: str, quantity: int, available: int) -> None:
        old = self.model.get(product_id)
        try:
            self.decided(SetItemQuantity(owner=ANN, quantity=quantity, offer=offer(product_id, available)))
        except AIOutletError:
            assert old is None or quantity > max(old, available)
        else:
            assert old is not None
            self.model[product_id] = quantity

    @rule(product_id=PRODUCTS)
    def remove(self, product_id: str) -> None:
        assert bool(self.decided(RemoveItem(owner=ANN, product_id=product_id))) is (product_id in self.model)
        self.model.pop(product_id, None)

    @rule()
    def clear(self) -> None:
        self.decided(ClearCart(owner=ANN))
        self.model = {}

    @rule(quantities=st.dictionaries(PRODUCTS, PIECES, min_size=1), available=st.integers(0, 20))
    def take(self, quantities: dict[str, int], available: int) -> None:
        price = Money(amount=90, currency="USD")
        items = tuple(CartItem(product_id=name, quantity=n, unit_price_seen=price) for name, n in quantities.items())
        offers = tuple(offer(name, available) for name in quantities)
        events = self.decided(TakeGuestCart(owner=ANN, guest_cart_id=GUEST_CART_ID, items=items, offers=offers))
        [transferred] = [event for event in events if isinstance(event, CartTransferred)]
        for line in transferred.lines:
            own = self.model.get(line.product_id, 0)
            result = max(own, min(own + quantities[line.product_id], available))
            assert (line.user_quantity, line.result_quantity) == (own, result)
            if result:
                self.model[line.product_id] = result

    @rule(back=st.integers(0, 2))
    def check_out(self, back: int) -> None:
        number = max(1, self.cart.round - back)
        order_id = f"order-{len(self.history)}"
        command = CheckOutCart(owner=ANN, round=number, order_id=order_id, order_number=ORDER_NUMBER)
        try:
            self.decided(command)
        except (AlreadyCheckedOut, CartEmpty) as error:
            refused: Mapping[str, object] | None = error.extra
        else:
            refused = None
        if number in self.orders:
            assert refused == {"order_id": self.orders[number], "order_number": ORDER_NUMBER}
        elif not self.model:
            assert refused == {}
        else:
            assert refused is None
            self.orders[number] = order_id
            self.model = {}

    @rule(behind=st.integers(0, 2))
    def abandon(self, behind: int) -> None:
        events = self.decided(AbandonCart(owner=ANN, version=max(0, self.cart.version - behind)))
        assert not events or self.model

    @invariant()
    def the_lines_are_those_of_the_model(self) -> None:
        assert {product_id: line.quantity for product_id, line in self.cart.lines.items()} == self.model

    @invariant()
    def a_snapshot_is_loaded_as_the_state_and_the_history_leads_to_it(self) -> None:
        assert load(dump(self.cart)) == self.cart == CART.fold(self.history)
        assert self.cart.version == len(self.history)


TestCart = CartMachine.TestCase

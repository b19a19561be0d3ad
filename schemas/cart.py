"""The commands and events of a cart: one stream per owner, in which each checkout ends a round."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.actor_type import ActorType
from schemas.cart_id import CartId
from schemas.message import Command, Event, Id, Message, Money, Quantity
from schemas.order import OrderNumber

MAX_CART_LINES = 200
"""As many as an order may have."""
Pieces = Annotated[int, Field(ge=0, le=10**9, strict=True)]
"""A number of pieces that may be none."""
Version = Annotated[int, Field(ge=0, strict=True)]


class CartOwner(Message):
    """Whose cart it is: a person, or a guest whose random id is all that is known of them."""

    type: Literal[ActorType.CUSTOMER, ActorType.GUEST]
    id: Id

    @property
    def subject_id(self) -> str | None:
        """The person that the cart's events are about; of a guest nobody knows who that is."""
        return None if self.is_guest else self.id

    @property
    def is_guest(self) -> bool:
        """Whether the cart ends when it is transferred or not used for a while."""
        return self.type is ActorType.GUEST


class TransferRule(StrEnum):
    """By which rule a line of a guest's cart came into a person's."""

    SUMMED = "summed"
    CAPPED_AT_STOCK = "cappedAtStock"
    NOT_FOR_SALE = "notForSale"
    CURRENCY_DIFFERS = "currencyDiffers"
    CART_FULL = "cartFull"


class Offer(Message):
    """What the shop offers of one product now; `available` pieces could be reserved."""

    product_id: Id
    for_sale: bool
    price: Money
    available: int


class CartItem(Message):
    """One line of a cart."""

    product_id: Id
    quantity: Quantity
    unit_price_seen: Money


class TransferLine(Message):
    """What one line of a guest's cart became; without an adjustment the result is the sum."""

    product_id: Id
    guest_quantity: Quantity
    user_quantity: Pieces
    result_quantity: Pieces
    rule: TransferRule
    unit_price_seen: Money


class AddItem(Command):
    """Add pieces of a product; refused where the cart would have more than is available."""

    owner: CartOwner
    quantity: Quantity
    offer: Offer


class SetItemQuantity(Command):
    """Set the pieces of a product that is in the cart; only more of them need to be available."""

    owner: CartOwner
    quantity: Quantity
    offer: Offer


class RemoveItem(Command):
    """Take a product out of the cart; one that is not in it changes nothing."""

    owner: CartOwner
    product_id: Id


class ClearCart(Command):
    """Take everything out of the cart."""

    owner: CartOwner


class TakeGuestCart(Command):
    """Take over the lines of a guest's cart into a person's, as far as they are offered."""

    owner: CartOwner
    guest_cart_id: CartId
    items: tuple[CartItem, ...]
    offers: tuple[Offer, ...]


class HandOverCart(Command):
    """End a guest's cart, which `into_cart_id` took over as `version` of its stream."""

    owner: CartOwner
    into_cart_id: CartId
    version: Version


class CheckOutCart(Command):
    """End this round of the cart: the order has its lines."""

    owner: CartOwner
    round: int
    order_id: Id
    order_number: OrderNumber


class AbandonCart(Command):
    """Call the cart abandoned, unless something happened since it had this version."""

    owner: CartOwner
    version: Version


class ExpireCart(Command):
    """End a guest's cart, unless something happened since it had this version."""

    owner: CartOwner
    version: Version


class CartFact(Event):
    """An event of one round of a cart."""

    cart_id: CartId


class CartCreated(CartFact):
    """Somebody has a cart from now on."""

    wire_name: ClassVar[str] = "cart.created"

    owner: CartOwner


class CartItemAdded(CartFact):
    """So many more pieces are in the cart; the price is what the owner was shown."""

    wire_name: ClassVar[str] = "cart.item.added"

    product_id: Id
    quantity: Quantity
    unit_price_seen: Money


class CartItemQuantityChanged(CartFact):
    """The pieces of a product were set; the price is what the owner was shown then."""

    wire_name: ClassVar[str] = "cart.item.quantity.changed"

    product_id: Id
    old: Quantity
    new: Quantity
    unit_price_seen: Money


class CartItemRemoved(CartFact):
    """A product was taken out of the cart."""

    wire_name: ClassVar[str] = "cart.item.removed"

    product_id: Id
    quantity: Quantity


class CartCleared(CartFact):
    """Everything was taken out of the cart."""

    wire_name: ClassVar[str] = "cart.cleared"


class CartTransferred(CartFact):
    """The lines of a guest's cart came into this one."""

    wire_name: ClassVar[str] = "cart.transferred"

    from_guest_cart_id: CartId
    lines: tuple[TransferLine, ...]


class CartHandedOver(CartFact):
    """This guest's cart has ended: another took it over, at `version` of its stream."""

    wire_name: ClassVar[str] = "cart.handed.over"

    into_cart_id: CartId
    version: Version


class CartCheckedOut(CartFact):
    """The lines became an order, recorded in the same append; the next round begins empty."""

    wire_name: ClassVar[str] = "cart.checked.out"

    order_id: Id
    order_number: OrderNumber


class CartAbandoned(CartFact):
    """Nothing happened for a while to a cart that is not empty; said once until something does."""

    wire_name: ClassVar[str] = "cart.abandoned"


class CartExpired(CartFact):
    """A guest's cart has ended: it was not used for as long as guests' carts are kept."""

    wire_name: ClassVar[str] = "cart.expired"


CartCommand = (
    AddItem
    | SetItemQuantity
    | RemoveItem
    | ClearCart
    | TakeGuestCart
    | HandOverCart
    | CheckOutCart
    | AbandonCart
    | ExpireCart
)
CartEvent = (
    CartCreated
    | CartItemAdded
    | CartItemQuantityChanged
    | CartItemRemoved
    | CartCleared
    | CartTransferred
    | CartHandedOver
    | CartCheckedOut
    | CartAbandoned
    | CartExpired
)

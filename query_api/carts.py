"""A cart as it is shown: with the prices and the stock of now, and what has changed since a product was added."""

from asyncio import gather
from collections.abc import Collection, Mapping
from enum import StrEnum

from query_api.catalogue.presentation import is_product, picture_of
from query_api.context import QueryContext
from query_api.incomplete import FIELD
from query_api.stock import find_available
from schemas.cart import CartOwner
from schemas.cart_id import CartId, cart_id
from schemas.documents import CARTS_VIEW, PRODUCTS_VIEW, Document
from schemas.message import Id, IncompleteFrom, Message, Money, MoneySum


class LineChange(StrEnum):
    """What has changed about a line since it was added."""

    PRICE_CHANGED = "priceChanged"
    NOT_FOR_SALE = "notForSale"
    FEWER_AVAILABLE = "fewerAvailable"


class CartLine(Message):
    """One product of a cart; `unitPrice` is that of now, and what is unknown of a product is null."""

    product_id: Id
    name: str | None
    department: str | None = None
    picture: str | None = None
    quantity: int
    unit_price_seen: Money
    unit_price: Money
    line_total: MoneySum
    for_sale: bool
    available: int
    changes: tuple[LineChange, ...]
    added_at: str
    changed_at: str


class LastOrder(Message):
    """The order that the round before became."""

    cart_id: CartId
    order_id: Id
    order_number: str


class CartShown(Message):
    """A cart; `subtotal` is that of the lines that are for sale, at the prices of now.

    It can be checked out while every line is for sale, and as many are available.
    """

    cart_id: CartId
    items: tuple[CartLine, ...]
    pieces: int
    subtotal: MoneySum | None
    can_check_out: bool
    last_order: LastOrder | None = None
    created_at: str | None = None
    updated_at: str | None = None
    version: int
    position: int
    incomplete_from: IncompleteFrom = None


async def find_cart(context: QueryContext, owner_id: str) -> Document | None:
    """Return the document of the owner's cart; None where there is none, or it has ended."""
    cart = await context.find_by_id(CARTS_VIEW, owner_id)
    return None if cart is None or "endedAt" in cart else cart


async def show_cart(context: QueryContext, owner: CartOwner) -> CartShown:
    """Return the owner's cart; who has put nothing into one yet has an empty one."""
    cart = await find_cart(context, owner.id)
    if cart is None:
        nothing = {"cartId": cart_id(owner.id, 1), "lines": (), "version": 0, "position": 0}
        return _present(nothing, ())
    ids = [line["productId"] for line in cart["lines"]]
    products, available = await gather(_find_products(context, ids), find_available(context, ids))
    lines = tuple(
        _line(line, products.get(line["productId"]), available.get(line["productId"], 0)) for line in cart["lines"]
    )
    return _present(cart, lines)


async def _find_products(context: QueryContext, ids: Collection[str]) -> Mapping[str, Document]:
    found = await gather(*(context.find_by_id(PRODUCTS_VIEW, product_id) for product_id in ids))
    return {product["productId"]: product for product in found if is_product(product)}


def _line(line: Document, product: Document | None, available: int) -> CartLine:
    seen = Money.model_validate(line["unitPriceSeen"])
    price = Money.model_validate(product["price"]) if product else seen
    for_sale = product is not None and product["forSale"]
    changes = {
        LineChange.PRICE_CHANGED: price != seen,
        LineChange.NOT_FOR_SALE: not for_sale,
        LineChange.FEWER_AVAILABLE: available < line["quantity"],
    }
    return CartLine(
        product_id=line["productId"],
        name=product["name"] if product else None,
        department=product["department"] if product else None,
        picture=picture_of(product) if product else None,
        quantity=line["quantity"],
        unit_price_seen=seen,
        unit_price=price,
        line_total=MoneySum(amount=price.amount * line["quantity"], currency=price.currency),
        for_sale=for_sale,
        available=available if for_sale else 0,
        changes=tuple(change for change, is_so in changes.items() if is_so),
        added_at=line["addedAt"],
        changed_at=line["changedAt"],
    )


def _present(cart: Document, lines: tuple[CartLine, ...]) -> CartShown:
    return CartShown(
        cart_id=cart["cartId"],
        items=lines,
        pieces=sum(line.quantity for line in lines),
        subtotal=_subtotal(lines),
        can_check_out=bool(lines) and not any(_hinders(line) for line in lines),
        last_order=cart.get("lastOrder"),
        created_at=cart.get("createdAt"),
        updated_at=cart.get("updatedAt"),
        version=cart["version"],
        incomplete_from=cart.get(FIELD),
        position=cart["position"],
    )


def _hinders(line: CartLine) -> bool:
    return not line.for_sale or line.available < line.quantity


def _subtotal(lines: tuple[CartLine, ...]) -> MoneySum | None:
    sold = [line.line_total for line in lines if line.for_sale]
    return MoneySum(amount=sum(each.amount for each in sold), currency=sold[0].currency) if sold else None

"""What becomes of each line of a guest's cart when a person takes it over: a sum, as far as the shop offers it."""

from collections.abc import Iterator, Mapping, Sequence

from domain.cart.state import Cart
from schemas.cart import MAX_CART_LINES, CartItem, Offer, TransferLine, TransferRule
from schemas.message import MAX_PIECES, Money

R = TransferRule


def transfer(cart: Cart, items: Sequence[CartItem], offers: Mapping[str, Offer]) -> Iterator[TransferLine]:
    """Yield one line per item of the guest; what the person has already is never made less.

    Raises:
        KeyError: A product has no offer.
    """
    currency, free = cart.currency, MAX_CART_LINES - len(cart.lines)
    for item in items:
        offer, own = offers[item.product_id], cart.quantity(item.product_id)
        result, rule = _merge(item, offer, own, currency=currency, is_full=not own and free <= 0)
        if result and not own:
            free -= 1
            currency = currency or offer.price.currency
        yield TransferLine(
            product_id=item.product_id,
            guest_quantity=item.quantity,
            user_quantity=own,
            result_quantity=result,
            rule=rule,
            unit_price_seen=item.unit_price_seen if rule in (R.SUMMED, R.CAPPED_AT_STOCK) else _seen(cart, item),
        )


def _merge(item: CartItem, offer: Offer, own: int, *, currency: str | None, is_full: bool) -> tuple[int, TransferRule]:
    if not offer.for_sale:
        return own, R.NOT_FOR_SALE
    if currency not in (None, offer.price.currency):
        return own, R.CURRENCY_DIFFERS
    if is_full:
        return own, R.CART_FULL
    wanted = own + item.quantity
    result = max(own, min(wanted, offer.available, MAX_PIECES))
    return result, R.SUMMED if result == wanted else R.CAPPED_AT_STOCK


def _seen(cart: Cart, item: CartItem) -> Money:
    line = cart.lines.get(item.product_id)
    return line.unit_price_seen if line else item.unit_price_seen

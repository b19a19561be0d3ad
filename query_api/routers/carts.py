"""Queries for carts, each by its owner."""

from fastapi import APIRouter

from edge.access import owned
from edge.auth import CurrentActor
from edge.cart_owner import cart_owner
from query_api.carts import CartShown, show_cart
from query_api.context import CurrentContext
from query_api.freshness import fresh
from schemas.documents import CARTS_VIEW
from schemas.message import Id

router = APIRouter(prefix="/carts", tags=["carts"], dependencies=[owned(), fresh(CARTS_VIEW)])


@router.get("/{owner_id}")
async def get_cart(owner_id: Id, actor: CurrentActor, context: CurrentContext) -> CartShown:
    """Get a cart with the prices and the stock of now; each line says what has changed since it was added."""
    return await show_cart(context, cart_owner(actor, owner_id))

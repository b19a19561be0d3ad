"""What the demo shows of its log: the events that somebody caused, and those that pages were folded from."""

from contextlib import AsyncExitStack
from typing import Annotated, Any, cast

import orjson
from fastapi import APIRouter, Depends, Header
from starlette.requests import Request
from starlette.responses import Response

from edge.access import owned
from edge.auth import CurrentActor, session_of
from edge.cart_owner import cart_owner
from edge.event_streams import DESCRIPTION, EventStream, OpenStreams, event_bytes
from query_api.context import CurrentContext
from query_api.freshness import HEADER, fresh
from query_api.own_events import DemoLog
from query_api.routers.orders import find_own_order
from query_api.sources import Sources, cart_sources, order_sources, product_sources
from query_api.telling import tell
from schemas.actor_type import ActorType
from schemas.cart_id import GUEST_ID
from schemas.documents import CARTS_VIEW, PRODUCTS_VIEW, Document
from schemas.envelope import Actor
from schemas.errors import NotFound
from schemas.message import Id


async def demo_log(request: Request) -> DemoLog:
    """Return what the demo shows; a dependency.

    Raises:
        NotFound: This is not the demo.
    """
    if (found := cast(DemoLog | None, request.app.state.demo_log)) is None:
        raise NotFound("only the demo shows its log")
    return found


MinPosition = Annotated[str | None, Header(alias=HEADER)]
CurrentDemoLog = Annotated[DemoLog, Depends(demo_log)]
router = APIRouter(prefix="/dev", tags=["development"], dependencies=[Depends(demo_log)])


@router.get("/events", response_class=Response, responses={200: DESCRIPTION[200]}, dependencies=[owned()])
async def follow_own_events(request: Request, actor: CurrentActor, shown: CurrentDemoLog) -> Response:
    """Follow the newest events that the caller caused, and what they led to, without their data.

    An event is the caller's when who began what led to it has the caller's kind and id, whatever its correlation id.
    Each is told when it is recorded, and again when another view shows it: `after` is the milliseconds until then. At
    first what there is, if only nothing, is told.
    """
    _check_person(actor)
    streams: OpenStreams = request.app.state.streams
    async with AsyncExitStack() as resources:
        resources.enter_context(streams.admitted(session_of(request) or actor.subject))
        own = resources.enter_context(shown.following(actor))
        return EventStream(tell(request, own.changed, _event), streams, resources.pop_all())


@router.get("/sources/products/{product_id}", dependencies=[fresh(PRODUCTS_VIEW)])
async def get_product_sources(product_id: Id, context: CurrentContext, shown: CurrentDemoLog) -> Sources:
    """Get the streams that a product's page was folded from."""
    return await product_sources(context, shown.ends, product_id)


@router.get("/sources/orders/{order_id}", dependencies=[owned("admin")])
async def get_order_sources(
    order_id: Id, actor: CurrentActor, context: CurrentContext, shown: CurrentDemoLog, minimum: MinPosition = None
) -> Sources:
    """Get the streams that an order's page was folded from; that of another customer is not found."""
    return await order_sources(shown.ends, await find_own_order(context, actor, order_id, minimum))


@router.get("/sources/carts/{owner_id}", dependencies=[owned(), fresh(CARTS_VIEW)])
async def get_cart_sources(
    owner_id: Id, actor: CurrentActor, context: CurrentContext, shown: CurrentDemoLog
) -> Sources:
    """Get the streams that a cart's page was folded from."""
    return await cart_sources(context, shown.ends, cart_owner(actor, owner_id).id)


def _check_person(actor: Actor) -> None:
    """Raise `NotFound` for whoever is no person: all visitors who are no guests yet come under one token."""
    is_visitor = actor.type is ActorType.GUEST and not GUEST_ID.fullmatch(actor.id)
    if is_visitor or actor.type is ActorType.SYSTEM:
        raise NotFound("only people have events of their own")


def _event(changes: list[Document]) -> bytes:
    position: Any = max((change["position"] for change in changes), default=0)
    return event_bytes("events", orjson.dumps(changes), event_id=str(position))

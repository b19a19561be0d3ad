"""Queries for orders: customers see their own, admins all."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from pydantic import field_validator
from starlette.requests import Request
from starlette.responses import Response

from edge.access import describe_access, owned
from edge.auth import CurrentActor, actor_of, requires
from edge.raw_route import RawRoute, describe_parameters, header_parameter, path_parameter
from query_api.context import CurrentContext, QueryContext, query_context
from query_api.cursors import Sort
from query_api.freshness import (
    HEADER,
    OPTIONAL_POSITION,
    confirm_fresh,
    fresh,
    parse_min_position,
    wait_until_remembered,
)
from query_api.opening import ORDER_ADDRESSES, open_order_addresses
from query_api.paging import MAX_ITEMS, Listed, PageParameters
from schemas.actor_type import ActorType
from schemas.documents import ORDERS_VIEW, TALLIES, Document, label
from schemas.envelope import Actor
from schemas.errors import Forbidden, Invalid, NotFound
from schemas.message import Id
from schemas.order import OrderStatus

NEWEST_FIRST: Sort = (("placed", -1),)
SUMMARY = dict.fromkeys(("timeline", "rulesVersion", *ORDER_ADDRESSES), 0)
"""Fields that a list leaves out."""


class OrderParameters(PageParameters):
    """Filters of orders: customer, status or ids (`ids=a,b,c`)."""

    customer_id: Id | None = None
    status: OrderStatus | None = None
    ids: tuple[Id, ...] | None = None

    @field_validator("ids", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        values = [value] if isinstance(value, str) else value
        return ",".join(values).split(",") if isinstance(values, list) else values


router = APIRouter(prefix="/orders", tags=["orders"], dependencies=[fresh(ORDERS_VIEW)])
raw_router = APIRouter(prefix="/orders", tags=["orders"], route_class=RawRoute)


@router.get("", dependencies=[owned("admin")])
async def list_orders(
    parameters: Annotated[OrderParameters, Query()], actor: CurrentActor, context: CurrentContext
) -> Listed:
    """List orders without their timelines, the newest first."""
    query = _build_query(parameters, actor)
    page = await context.find_page(ORDERS_VIEW, query, NEWEST_FIRST, parameters, SUMMARY)
    return page.listed(present_order, await count_matching(query, context), parameters)


@router.get("/counts", dependencies=[requires("admin", "operator")])
async def count_orders(context: CurrentContext) -> dict[str, int]:
    """Count the orders, in total and by status."""
    counts = {"all": 0}
    async for tally in context.database[TALLIES].find({"view": {"$eq": context.name_of(ORDERS_VIEW)}}):
        name = tally["filters"].get("status", "all")
        counts[name] = counts.get(name, 0) + tally["count"]
    return counts


@raw_router.get(
    "/{order_id}",
    response_model=Document,
    openapi_extra=describe_access(others=["admin"])
    | describe_parameters(
        path_parameter("order_id", {"type": "string", "title": "Order Id"}), header_parameter(HEADER, OPTIONAL_POSITION)
    ),
)
async def get_order(request: Request) -> Response:
    """Get one order with its items, statuses and timeline; that of another customer is not found."""
    context, order_id = query_context(request), request.path_params["order_id"]
    document = await find_own_order(context, actor_of(request), order_id, request.headers.get(HEADER))
    order = present_order(document) | await open_order_addresses(context.opener, document)
    return Response(orjson.dumps(order), media_type="application/json")


async def find_own_order(context: QueryContext, actor: Actor, order_id: str, header: str | None) -> Document:
    """Return an order that the actor may see, once its view has reached the position in `header`.

    Raises:
        NotFound: There is none, or it is another's.
    """
    document = await _find_order(context, order_id, header)
    if document is None or not (_may_read_all(actor) or document["customerId"] == actor.subject):
        raise NotFound(f"no order {order_id}", order_id=order_id)
    return document


async def _find_order(context: QueryContext, order_id: str, header: str | None) -> Document | None:
    """Return the order once its view has reached a position; an order as new as that needs no second look."""
    if header is None:
        return await context.find_by_id(ORDERS_VIEW, order_id)
    minimum = parse_min_position(context, ORDERS_VIEW, header)
    await wait_until_remembered(context, minimum)
    document = await context.find_by_id(ORDERS_VIEW, order_id)
    if document is None or document["position"] < minimum.position:
        await confirm_fresh(context, minimum)
        document = await context.find_by_id(ORDERS_VIEW, order_id)
    return document


def _may_read_all(actor: Actor) -> bool:
    return ActorType.ADMIN in actor.roles


def _build_query(parameters: OrderParameters, actor: Actor) -> Document:
    customer = parameters.customer_id
    if not _may_read_all(actor):
        if customer not in (None, actor.subject):
            raise Forbidden("these are somebody else's orders")
        customer = actor.subject
    if parameters.ids is not None and len(parameters.ids) > MAX_ITEMS:
        raise Invalid(f"at most {MAX_ITEMS} ids", ids=len(parameters.ids))
    filters = {
        "customerId": customer,
        "status": parameters.status and parameters.status.value,
        "_id": parameters.ids and {"$in": list(parameters.ids)},
    }
    return {name: value for name, value in filters.items() if value is not None}


async def count_matching(query: Document, context: QueryContext) -> int:
    """Return the number of orders that match a query of an index, or a status."""
    if query.keys() <= {"status"}:
        return await context.read_tally(ORDERS_VIEW, label(**query))
    return await context.count(ORDERS_VIEW, query, apart="customerId")


def present_order(order: Document) -> Document:
    """Return an order as it is shown, with what is sealed still sealed."""
    return {"orderId": order["_id"], **{name: value for name, value in order.items() if name != "_id"}}

"""Queries for orders as admins find them: by number, customer, mail address, status and time; whole, with the saga."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from edge.auth import requires
from edge.problems import field_error
from query_api.context import CurrentContext, QueryContext
from query_api.cursors import Sort
from query_api.email_lookup import index_of_email
from query_api.freshness import fresh
from query_api.opening import open_order_addresses
from query_api.paging import Listed, PageParameters
from query_api.routers.orders import NEWEST_FIRST, SUMMARY, count_matching, present_order
from query_api.saga_progress import saga_progress
from schemas.documents import ORDERS_VIEW, USERS_VIEW, Document, document_time
from schemas.errors import Invalid, NotFound
from schemas.message import Id
from schemas.order import OrderNumber, OrderStatus
from schemas.order_number import NUMBER_BEGINS
from schemas.text import Line

BY_TIME: Sort = (("createdAt", -1), ("placed", -1))
NAMESAKES = 20
"""Accounts of one mail address, of which at most one is verified."""


class AdminOrderParameters(PageParameters):
    """Filters of orders: the whole number, customer, mail address of the customer, status, and time placed.

    `from` is in the range and `to` is not; both have a time zone.
    """

    number: Annotated[OrderNumber, Field(description="ORD-YYYYMMDD-XXXXX")] | None = None
    customer_id: Id | None = None
    email: Line | None = None
    status: OrderStatus | None = None
    from_: Annotated[AwareDatetime | None, Field(alias="from")] = None
    to: AwareDatetime | None = None


router = APIRouter(prefix="/admin/orders", tags=["orders"], dependencies=[requires("admin"), fresh(ORDERS_VIEW)])


@router.get("")
async def list_orders(parameters: Annotated[AdminOrderParameters, Query()], context: CurrentContext) -> Listed:
    """List orders without their timelines, the newest first."""
    query = await build_query(parameters, context)
    page = await context.find_page(ORDERS_VIEW, query, sort_of(query), parameters, SUMMARY, apart="customerId")
    return page.listed(present_order, await count_matching(query, context), parameters)


@router.get("/{order_id}")
async def get_order(order_id: Id, context: CurrentContext) -> Document:
    """Get one order by its id or number, with its addresses, its timeline, and where its saga stands."""
    document = await _find(order_id, context)
    if document is None:
        raise NotFound(f"no order {order_id}", order_id=order_id)
    progress = saga_progress(document).model_dump(mode="json")
    return present_order(document) | await open_order_addresses(context.opener, document) | {"saga": progress}


async def _find(order_id: str, context: QueryContext) -> Document | None:
    if order_id.startswith(NUMBER_BEGINS):
        found = context.collection(ORDERS_VIEW).find({"orderNumber": {"$eq": order_id}}).limit(1)
        return next(iter(await context.incomplete.mark(ORDERS_VIEW, await found.to_list())), None)
    return await context.find_by_id(ORDERS_VIEW, order_id)


async def build_query(parameters: AdminOrderParameters, context: QueryContext) -> Document:
    """Return the query of these filters; one for a mail address that nobody has finds nothing."""
    query: Document = {}
    if parameters.number is not None:
        query["orderNumber"] = parameters.number
    if parameters.customer_id is not None:
        query["customerId"] = parameters.customer_id
    if parameters.email is not None:
        query["customerId"] = {"$in": await _customers(parameters.email, parameters.customer_id, context)}
    if parameters.status is not None:
        query["status"] = parameters.status.value
    if time := _time_range(parameters):
        query["createdAt"] = time
    return query


def sort_of(query: Document) -> Sort:
    """Return the order of a list, the newest first: by the field that an index has for this query."""
    return BY_TIME if "createdAt" in query and "customerId" not in query else NEWEST_FIRST


def _time_range(parameters: AdminOrderParameters) -> Document:
    bounds = {"$gte": parameters.from_, "$lt": parameters.to}
    if parameters.from_ and parameters.to and parameters.from_ > parameters.to:
        detail = "a range of time ends after it begins"
        raise Invalid(detail, errors=[field_error("to", "range", detail, where="query")])
    return {operator: document_time(bound) for operator, bound in bounds.items() if bound is not None}


async def _customers(email: str, customer_id: str | None, context: QueryContext) -> list[str]:
    """Return the accounts with this mail address; where a customer is named too, that one or none."""
    index = index_of_email(context, email, field="email")
    found = context.collection(USERS_VIEW).find({"emailIndex": {"$eq": index}}, {"_id": 1}).limit(NAMESAKES)
    customers = sorted([user["_id"] async for user in found])
    return [each for each in customers if customer_id in (None, each)]

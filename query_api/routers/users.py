"""Queries for people: everybody reads their own profile, admins all."""

from asyncio import gather
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import StreamingResponse

from edge.access import owned
from edge.auth import CurrentActor, account_of, requires, session_of
from query_api.context import CurrentContext, QueryContext
from query_api.cursors import Sort
from query_api.email_lookup import index_of_email
from query_api.export import UserExport, open_export
from query_api.freshness import fresh
from query_api.paging import PageParameters
from query_api.profiles import UserProfile, UserSummary, present_profile, present_summary
from schemas.actor_type import ActorType
from schemas.documents import USERS_VIEW, Document, UserState, label
from schemas.errors import NotFound
from schemas.message import Message
from schemas.text import Line
from schemas.user import Role

NEWEST_FIRST: Sort = (("created", -1),)
SUMMARY = {"addresses": 0, "sessions": 0}
"""Fields that a list leaves out."""


class UserParameters(PageParameters):
    """Filters of people: role in force, state, and `q`, a whole mail address."""

    q: Line | None = None
    role: Role | None = None
    state: UserState | None = None


class UsersListed(Message):
    """One part of the list of people; `nextCursor` begins the next page, if there is one."""

    items: tuple[UserSummary, ...]
    total: int
    next_cursor: str | None


router = APIRouter(prefix="/users", tags=["users"], dependencies=[owned(), fresh(USERS_VIEW)])
admin_router = APIRouter(prefix="/admin/users", tags=["users"], dependencies=[requires("admin"), fresh(USERS_VIEW)])


@router.get("/me")
async def get_me(request: Request, actor: CurrentActor, context: CurrentContext) -> UserProfile:
    """Get the profile of who asks: names, addresses, roles and open sessions."""
    return await _profile(request, context, account_of(actor))


@router.get("/me/export", response_model=UserExport)
async def export_me(request: Request, actor: CurrentActor, context: CurrentContext) -> StreamingResponse:
    """Get everything that is held on who asks, as one JSON file."""
    return await open_export(context, await _profile(request, context, account_of(actor)))


@admin_router.get("")
async def list_users(parameters: Annotated[UserParameters, Query()], context: CurrentContext) -> UsersListed:
    """List people, the newest first."""
    query = _build_query(parameters, context)
    page = await context.find_page(USERS_VIEW, query, NEWEST_FIRST, parameters, SUMMARY)
    items = await gather(*(present_summary(document, context.opener) for document in page.documents))
    is_whole = page.next is None and parameters.cursor is None and not parameters.skip
    total = len(items) if is_whole else await _count(parameters, query, context)
    return UsersListed(items=tuple(items), total=total, next_cursor=page.next)


@admin_router.get("/{user_id}")
async def get_user(user_id: str, request: Request, context: CurrentContext) -> UserProfile:
    """Get the profile of one person; of an erased one nothing personal is left."""
    return await _profile(request, context, user_id)


@admin_router.get("/{user_id}/export", response_model=UserExport)
async def export_user(user_id: str, request: Request, context: CurrentContext) -> StreamingResponse:
    """Get everything that is held on one person, as one JSON file."""
    return await open_export(context, await _profile(request, context, user_id))


async def _profile(request: Request, context: QueryContext, user_id: str) -> UserProfile:
    document = await context.find_by_id(USERS_VIEW, user_id)
    if document is None:
        raise NotFound(f"no user {user_id}", user_id=user_id)
    return await present_profile(document, context.opener, session_id=session_of(request))


def _build_query(parameters: UserParameters, context: QueryContext) -> Document:
    filters = {
        "isStaff": parameters.role not in (None, ActorType.CUSTOMER) or None,
        "roles": parameters.role and {"$in": [parameters.role.value]},
        "state": parameters.state and parameters.state.value,
        "emailIndex": parameters.q and index_of_email(context, parameters.q, field="q"),
    }
    return {name: value for name, value in filters.items() if value is not None}


async def _count(parameters: UserParameters, query: Document, context: QueryContext) -> int:
    if parameters.q is not None:
        return await context.count(USERS_VIEW, query)
    filters = {"role": parameters.role, "state": parameters.state}
    return await context.read_tally(USERS_VIEW, label(**{name: value for name, value in filters.items() if value}))

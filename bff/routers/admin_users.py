"""Accounts, as an admin sees and changes them."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.answers import Accounts, Profile, Sessions, UserAccepted
from bff.bodies import Deactivation, NewAccount, NewRoles
from bff.calls import CurrentCalls
from bff.parameters import AccountParameters
from edge.access import restricted
from schemas.message import Id

router = APIRouter(prefix="/bff/admin/users", tags=["admin"], dependencies=[restricted("admin")])


@router.get("")
async def list_users(parameters: Annotated[AccountParameters, Query()], calls: CurrentCalls) -> Accounts:
    """List the accounts."""
    minimum = calls.session.written.of_category("user")
    return await calls.query("/admin/users", answer=Accounts, parameters=parameters.pairs(), minimum=minimum)


@router.post("", status_code=201)
async def make_user(body: NewAccount, calls: CurrentCalls) -> UserAccepted:
    """Make an account."""
    return await calls.command("POST", "/users", body, answer=UserAccepted)


@router.get("/{user_id}")
async def get_user(user_id: Id, calls: CurrentCalls) -> Profile:
    """Get one account, with its addresses and open sessions."""
    minimum = calls.session.written.of_stream(f"user-{user_id}")
    return await calls.query(f"/admin/users/{user_id}", answer=Profile, minimum=minimum)


@router.delete("/{user_id}")
async def erase_user(user_id: Id, calls: CurrentCalls) -> UserAccepted:
    """Erase an account and everything personal; refused while an order is in progress, with its id."""
    return await calls.command("DELETE", f"/users/{user_id}", answer=UserAccepted)


@router.put("/{user_id}/roles")
async def set_roles(user_id: Id, body: NewRoles, calls: CurrentCalls) -> UserAccepted:
    """Set the roles of an account."""
    return await calls.command("PUT", f"/users/{user_id}/roles", body, answer=UserAccepted)


@router.post("/{user_id}/deactivate")
async def deactivate_user(user_id: Id, body: Deactivation, calls: CurrentCalls) -> UserAccepted:
    """Close an account; its sessions end."""
    return await calls.command("POST", f"/users/{user_id}/deactivate", body, answer=UserAccepted)


@router.post("/{user_id}/reactivate")
async def reactivate_user(user_id: Id, calls: CurrentCalls) -> UserAccepted:
    """Open a closed account again."""
    return await calls.command("POST", f"/users/{user_id}/reactivate", answer=UserAccepted)


@router.get("/{user_id}/sessions")
async def list_sessions(user_id: Id, calls: CurrentCalls) -> Sessions:
    """List the open sessions of an account."""
    minimum = calls.session.written.of_stream(f"user-{user_id}")
    profile = await calls.query(f"/admin/users/{user_id}", answer=Profile, minimum=minimum)
    return Sessions(items=profile.sessions)


@router.delete("/{user_id}/sessions")
async def end_sessions(user_id: Id, calls: CurrentCalls) -> UserAccepted:
    """End all sessions of an account, which can log in again."""
    return await calls.command("DELETE", f"/users/{user_id}/sessions", answer=UserAccepted)


@router.delete("/{user_id}/sessions/{session_id}")
async def end_session(user_id: Id, session_id: Id, calls: CurrentCalls) -> UserAccepted:
    """End one session of an account."""
    return await calls.command("DELETE", f"/users/{user_id}/sessions/{session_id}", answer=UserAccepted)

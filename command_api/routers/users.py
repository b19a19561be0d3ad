"""A person's own account, and everybody's for admins."""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts import erasure, profile, proof, registration
from command_api.accounts.bodies import (
    Confirmation,
    Deactivation,
    EmailChange,
    NewRoles,
    NewUser,
    NoBody,
    ProfileChange,
    SavedAddress,
)
from command_api.accounts.login import check_own_password
from command_api.accounts.request import answer_once, request_of_caller, user_commands
from command_api.accounts.sessions import revoke_session, revoke_sessions
from command_api.context import CurrentCaller
from command_api.responses import AddressAccepted, UserAccepted, address_accepted, user_accepted
from edge.access import owned
from edge.auth import account_of, requires, session_of
from event_store.unit_of_work import UnitOfWork
from schemas.message import Id
from schemas.user import ChangeRoles, DeactivateUser, ReactivateUser

router = APIRouter(prefix="/users", tags=["users"])
admin, own = [requires("admin")], [owned()]


@router.patch("/me", response_model=UserAccepted, dependencies=own)
async def update_profile(request: Request, caller: CurrentCaller, body: ProfileChange) -> Response:
    """Change the caller's names."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, body)
    work = partial(profile.update, made, user_id, body)
    return await answer_once(made, work, partial(user_accepted, user_id))


@router.delete("/me", dependencies=own)
async def erase_me(request: Request, caller: CurrentCaller, body: Confirmation) -> UserAccepted:
    """Forget the caller; refused while an order of theirs is in progress."""
    user_id = account_of(caller.actor)
    await check_own_password(caller.context, user_id, body.password)
    made = await request_of_caller(request, caller, body)
    return await user_accepted(user_id, await erasure.erase(made, user_id))


@router.post("/me/addresses", status_code=201, response_model=AddressAccepted, dependencies=own)
async def add_address(request: Request, caller: CurrentCaller, body: SavedAddress) -> Response:
    """Add an address to the caller's book."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, body)
    address_id = made.new_id("address")
    work = partial(profile.save_address, made, user_id, address_id, body)
    return await answer_once(made, work, partial(address_accepted, user_id, address_id), status=201)


@router.put("/me/addresses/{address_id}", response_model=AddressAccepted, dependencies=own)
async def save_address(request: Request, caller: CurrentCaller, address_id: Id, body: SavedAddress) -> Response:
    """Add an address to the caller's book under this id, or replace it."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, body, named=address_id)
    work = partial(profile.save_address, made, user_id, address_id, body)
    return await answer_once(made, work, partial(address_accepted, user_id, address_id))


@router.delete("/me/addresses/{address_id}", response_model=AddressAccepted, dependencies=own)
async def remove_address(request: Request, caller: CurrentCaller, address_id: Id) -> Response:
    """Remove an address from the caller's book."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, NoBody(), named=address_id)
    work = partial(profile.remove_address, made, user_id, address_id)
    return await answer_once(made, work, partial(address_accepted, user_id, address_id))


@router.post("/me/email", status_code=202, response_model=UserAccepted, dependencies=own)
async def change_email(request: Request, caller: CurrentCaller, body: EmailChange) -> Response:
    """Ask for another mail address; it is changed once the token mailed there has come back."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, body)
    work = partial(proof.ask_for_change, made, user_id, body)
    return await answer_once(made, work, partial(user_accepted, user_id), status=202)


@router.delete("/me/sessions/{session_id}", response_model=UserAccepted, dependencies=own)
async def end_session(request: Request, caller: CurrentCaller, session_id: Id) -> Response:
    """End one of the caller's sessions."""
    user_id = account_of(caller.actor)
    made = await request_of_caller(request, caller, NoBody(), named=session_id)
    work = partial(revoke_session, made, user_id, session_id, reason="by user")
    return await answer_once(made, work, partial(user_accepted, user_id))


@router.delete("/me/sessions", response_model=UserAccepted, dependencies=own)
async def end_other_sessions(request: Request, caller: CurrentCaller) -> Response:
    """End all sessions of the caller but the one of the token."""
    user_id, kept = account_of(caller.actor), session_of(request)
    made = await request_of_caller(request, caller, NoBody(), named=kept or "")
    work = partial(revoke_sessions, made, user_id, reason="by user", but=kept)
    return await answer_once(made, work, partial(user_accepted, user_id))


@router.post("", status_code=201, response_model=UserAccepted, dependencies=admin)
async def create_user(request: Request, caller: CurrentCaller, body: NewUser) -> Response:
    """Create an account with a verified address; without a password its person is mailed a link to set one."""
    made = await request_of_caller(request, caller, body)
    work = partial(registration.create_user, made, body)
    return await answer_once(made, work, lambda created: user_accepted(*created), status=201)


@router.put("/{user_id}/roles", response_model=UserAccepted, dependencies=admin)
async def change_roles(request: Request, caller: CurrentCaller, user_id: Id, body: NewRoles) -> Response:
    """Set the roles of an account; they count from its next access token on."""
    made = await request_of_caller(request, caller, body, named=user_id)
    command = ChangeRoles(user_id=user_id, roles=body.roles, by=caller.actor.id)
    work = partial(made.record, user_commands(caller.context, command))
    return await answer_once(made, work, partial(user_accepted, user_id))


@router.post("/{user_id}/deactivate", response_model=UserAccepted, dependencies=admin)
async def deactivate(request: Request, caller: CurrentCaller, user_id: Id, body: Deactivation) -> Response:
    """Close an account to logins, and end its sessions."""
    made = await request_of_caller(request, caller, body, named=user_id)
    command = DeactivateUser(user_id=user_id, reason=body.reason, by=caller.actor.id)

    async def work() -> UnitOfWork:
        await made.record(user_commands(caller.context, command))
        return await revoke_sessions(made, user_id, reason="deactivated")

    return await answer_once(made, work, partial(user_accepted, user_id))


@router.post("/{user_id}/reactivate", response_model=UserAccepted, dependencies=admin)
async def reactivate(request: Request, caller: CurrentCaller, user_id: Id) -> Response:
    """Open a deactivated account again."""
    made = await request_of_caller(request, caller, NoBody(), named=user_id)
    command = ReactivateUser(user_id=user_id, by=caller.actor.id)
    work = partial(made.record, user_commands(caller.context, command))
    return await answer_once(made, work, partial(user_accepted, user_id))


@router.delete("/{user_id}/sessions/{session_id}", response_model=UserAccepted, dependencies=admin)
async def end_session_of(request: Request, caller: CurrentCaller, user_id: Id, session_id: Id) -> Response:
    """End one session of a person."""
    made = await request_of_caller(request, caller, NoBody(), named=f"{user_id}/{session_id}")
    work = partial(revoke_session, made, user_id, session_id, reason="by admin")
    return await answer_once(made, work, partial(user_accepted, user_id))


@router.delete("/{user_id}/sessions", response_model=UserAccepted, dependencies=admin)
async def end_sessions_of(request: Request, caller: CurrentCaller, user_id: Id) -> Response:
    """End all sessions of a person, who can log in again."""
    made = await request_of_caller(request, caller, NoBody(), named=user_id)
    work = partial(revoke_sessions, made, user_id, reason="by admin")
    return await answer_once(made, work, partial(user_accepted, user_id))


@router.delete("/{user_id}", response_model=UserAccepted, dependencies=admin)
async def erase_user(request: Request, caller: CurrentCaller, user_id: Id) -> Response:
    """Forget a person; refused while an order of theirs is in progress."""
    made = await request_of_caller(request, caller, NoBody(), named=user_id)
    work = partial(erasure.erase, made, user_id)
    return await answer_once(made, work, partial(user_accepted, user_id))

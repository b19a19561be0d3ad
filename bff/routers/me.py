"""A person's own account: profile, addresses, sessions, and everything that is held on them."""

from fastapi import APIRouter
from starlette.responses import Response

from bff.answers import AddressAccepted, Addresses, Profile, Sessions
from bff.bodies import AddressToSave, EmailChange, Erasure, ProfileChange
from bff.calls import Calls, CurrentCalls
from edge.access import owned
from schemas.accepted import Accepted
from schemas.message import Id

EXPORT = {"Content-Disposition": 'attachment; filename="aioutlet-export.json"'}
router = APIRouter(prefix="/bff/me", tags=["me"], dependencies=[owned()])


@router.get("")
async def get_me(calls: CurrentCalls) -> Profile:
    """Get the profile, with addresses and open sessions."""
    return await _profile(calls)


@router.patch("")
async def change_profile(body: ProfileChange, calls: CurrentCalls) -> Accepted:
    """Change the names."""
    return await calls.command("PATCH", "/users/me", body, answer=Accepted)


@router.delete("")
async def erase_me(body: Erasure, calls: CurrentCalls) -> Accepted:
    """Erase the account and everything personal; refused while an order is in progress, with its id."""
    erased = await calls.command("DELETE", "/users/me", body, answer=Accepted)
    calls.session.end()
    return erased


@router.get("/export", response_model=dict[str, object])
async def export(calls: CurrentCalls) -> Response:
    """Get everything that is held on the person, as one JSON file."""
    minimum = calls.session.written.of_category("user")
    content = await calls.query_bytes("/users/me/export", minimum=minimum)
    return Response(content, media_type="application/json", headers=EXPORT)


@router.post("/email", status_code=202)
async def change_email(body: EmailChange, calls: CurrentCalls) -> Accepted:
    """Ask for another address; it is changed once a mail to it was answered."""
    return await calls.command("POST", "/users/me/email", body, answer=Accepted)


@router.get("/sessions")
async def list_sessions(calls: CurrentCalls) -> Sessions:
    """List the open sessions."""
    return Sessions(items=(await _profile(calls)).sessions)


@router.delete("/sessions")
async def end_other_sessions(calls: CurrentCalls) -> Accepted:
    """End all sessions but this one."""
    return await calls.command("DELETE", "/users/me/sessions", answer=Accepted)


@router.delete("/sessions/{session_id}")
async def end_session(session_id: Id, calls: CurrentCalls) -> Accepted:
    """End one session; if it is this one, the browser is logged out."""
    ended = await calls.command("DELETE", f"/users/me/sessions/{session_id}", answer=Accepted)
    if session_id == calls.session.id:
        calls.session.end()
    return ended


@router.get("/addresses")
async def list_addresses(calls: CurrentCalls) -> Addresses:
    """List the saved addresses."""
    return Addresses(items=(await _profile(calls)).addresses)


@router.post("/addresses", status_code=201)
async def add_address(body: AddressToSave, calls: CurrentCalls) -> AddressAccepted:
    """Save another address."""
    return await calls.command("POST", "/users/me/addresses", body, answer=AddressAccepted)


@router.put("/addresses/{address_id}")
async def save_address(address_id: Id, body: AddressToSave, calls: CurrentCalls) -> AddressAccepted:
    """Save an address in the place of what it was."""
    return await calls.command("PUT", f"/users/me/addresses/{address_id}", body, answer=AddressAccepted)


@router.delete("/addresses/{address_id}")
async def remove_address(address_id: Id, calls: CurrentCalls) -> AddressAccepted:
    """Remove an address."""
    return await calls.command("DELETE", f"/users/me/addresses/{address_id}", answer=AddressAccepted)


async def _profile(calls: Calls) -> Profile:
    minimum = calls.session.written.of_category("user")
    return await calls.query("/users/me", answer=Profile, minimum=minimum)

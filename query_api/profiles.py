"""People as they are answered: their documents with what is sealed opened, or null once it can be read no more."""

from asyncio import gather
from typing import Any

from query_api.context import Opener
from query_api.incomplete import FIELD
from query_api.opening import open_address, open_texts
from schemas.documents import Document, UserState
from schemas.message import Id, IncompleteFrom, Message
from schemas.user import Role


class BookAddress(Message):
    """One entry of an address book: the address as the person gave it."""

    address_id: Id
    address: Document | None


class OpenSession(Message):
    """A session that nobody has ended; `isCurrent` is that of the token that asks."""

    session_id: Id
    opened_at: str
    is_current: bool
    ip: str | None
    user_agent: str | None


class UserSummary(Message):
    """A person in a list; `roles` are those in force: none before the mail address is verified."""

    user_id: Id
    email: str | None
    first_name: str | None
    last_name: str | None
    roles: tuple[Role, ...]
    state: UserState
    email_verified: bool
    created_at: str
    updated_at: str
    last_login_at: str | None
    position: int
    incomplete_from: IncompleteFrom = None


class UserProfile(UserSummary):
    """All that the shop shows of a person; `grantedRoles` are in force once the mail address is verified."""

    granted_roles: tuple[Role, ...]
    addresses: tuple[BookAddress, ...]
    sessions: tuple[OpenSession, ...]
    login_count: int


async def present_summary(document: Document, opener: Opener) -> UserSummary:
    """Return a person as a list shows them."""
    return UserSummary(**await _summary(document, opener))


async def present_profile(document: Document, opener: Opener, *, session_id: str | None) -> UserProfile:
    """Return a whole profile; `session_id` is the session of the token that asks, if it has one."""
    summary, addresses, sessions = await gather(
        _summary(document, opener),
        gather(*(_address(entry, opener) for entry in document.get("addresses", ()))),
        gather(*(_session(entry, opener, session_id) for entry in document.get("sessions", ()))),
    )
    return UserProfile(
        **summary,
        granted_roles=document.get("grantedRoles", ()),
        addresses=tuple(addresses),
        sessions=tuple(sessions),
        login_count=document.get("loginCount", 0),
    )


async def _summary(document: Document, opener: Opener) -> dict[str, Any]:
    """Return the fields of a summary; an erased person's document has few of them."""
    names = ("email", "firstName", "lastName")
    email, first_name, last_name = await open_texts(opener, [document.get(name) for name in names])
    return {
        "user_id": document["_id"],
        "email": email,
        "first_name": first_name,
        "last_name": last_name,
        "roles": document["roles"],
        "state": document["state"],
        "email_verified": document.get("emailVerified", False),
        "created_at": document["createdAt"],
        "updated_at": document["updatedAt"],
        "last_login_at": document.get("lastLoginAt"),
        "position": document["position"],
        "incomplete_from": document.get(FIELD),
    }


async def _address(entry: Document, opener: Opener) -> BookAddress:
    return BookAddress(address_id=entry["addressId"], address=await open_address(opener, entry["address"]))


async def _session(entry: Document, opener: Opener, session_id: str | None) -> OpenSession:
    client = entry["client"]
    ip, user_agent = await open_texts(opener, [client.get("ip"), client.get("userAgent")])
    return OpenSession(
        session_id=entry["sessionId"],
        opened_at=entry["openedAt"],
        is_current=entry["sessionId"] == session_id,
        ip=ip,
        user_agent=user_agent,
    )

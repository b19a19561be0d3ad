"""People in the log, as the write side would put them there: sealed with the keys of the tests."""

from collections.abc import Sequence

import orjson

from schemas.actor_type import ActorType
from schemas.envelope import Client
from schemas.message import Event
from schemas.sealed import Sealed
from schemas.user import (
    AddressSaved,
    EmailVerified,
    LoggedIn,
    Roles,
    RolesChanged,
    UserCreated,
    UserDeactivated,
    UserErased,
)
from tests.integration.doors.counter import ADDRESS
from tests.integration.doors.reader import index_of
from tests.sealing import seal

CLIENT = {"ip": "203.0.113.77", "userAgent": "Lynx/2.9.2 of Wilhelmina"}


def mail_of(name: str) -> str:
    return f"{name}@example.org"


def sealed(name: str, text: str) -> Sealed:
    return seal(name, text)


def client(name: str) -> Client:
    """Where somebody comes from."""
    return Client(ip=sealed(name, CLIENT["ip"]), user_agent=sealed(name, CLIENT["userAgent"]))


def joined(name: str, *, roles: Roles = ()) -> list[Event]:
    """A new account."""
    return [
        UserCreated(
            user_id=name,
            email=sealed(name, mail_of(name)),
            email_index=index_of(mail_of(name)),
            first_name=sealed(name, name.title()),
            last_name=sealed(name, "Featherstone"),
            roles=roles,
        )
    ]


def verified(name: str, *, roles: Roles = ()) -> list[Event]:
    """A person who has proven the mail address."""
    return [*joined(name, roles=roles), EmailVerified(user_id=name, verification_id="v")]


def logged_in(name: str, *sessions: str) -> list[Event]:
    email = sealed(name, mail_of(name))
    return [LoggedIn(user_id=name, email=email, session_id=each, outcome="success") for each in sessions]


def with_address(name: str) -> list[Event]:
    address = sealed(name, orjson.dumps(ADDRESS | {"label": "home"}).decode())
    return [AddressSaved(user_id=name, address_id="home", address=address)]


def closed(name: str) -> list[Event]:
    return [UserDeactivated(user_id=name, reason="fraud", by="boss")]


def erased(name: str) -> list[Event]:
    return [UserErased(user_id=name, by=name)]


def promoted(name: str, *roles: ActorType) -> list[Event]:
    return [RolesChanged(user_id=name, old=(), new=roles, by="boss")]  # type: ignore[arg-type]  # `Role` is a literal


def all_of(parts: Sequence[Sequence[Event]]) -> list[Event]:
    return [event for part in parts for event in part]

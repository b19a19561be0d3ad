"""Denials and failed logins, counted for each network address, route and minute: nobody grows the log at will."""

from typing import Annotated, ClassVar

from pydantic import Field

from schemas.message import ADDED_LATER, Event, Instant, Text
from schemas.sealed import Sealed

Count = Annotated[int, Field(ge=1, strict=True)]


class SecurityFact(Event):
    """What was refused within one minute; several events of a minute add up.

    `address` is sealed with the month's key of strangers; it is absent where more addresses were seen in the minute
    than are told apart. `address_index` is its blind index under the same key, by which auditors find it.
    """

    minute: Instant
    route: Text
    code: Text
    count: Count
    address: Sealed | None = None
    address_index: Annotated[str | None, ADDED_LATER] = None


class AccessDenied(SecurityFact):
    """Requests were refused: without a right, or with a token that is not valid."""

    wire_name: ClassVar[str] = "security.access.denied"


class LoginsFailed(SecurityFact):
    """Logins failed."""

    wire_name: ClassVar[str] = "security.login.failed"


class RateLimited(SecurityFact):
    """Requests were refused because there were too many."""

    wire_name: ClassVar[str] = "security.rate.limited"


SecurityEvent = AccessDenied | LoginsFailed | RateLimited

"""The session as the command API answers it, with its tokens, which no script of a browser ever sees."""

import jwt
from pydantic import Field

from bff.answers import User
from schemas.errors import Unauthorised
from schemas.message import Message


class Session(Message):
    """A session that was opened or refreshed; `stream_id` and `position` where something was recorded."""

    access_token: str = Field(repr=False)
    expires_in: int
    """Seconds."""
    refresh_token: str = Field(repr=False)
    refresh_expires_in: int
    """Seconds."""
    session_id: str
    user: User
    stream_id: str | None = None
    position: int | None = None


def subject_of(access_token: str) -> str:
    """Return whose token it is, without verifying it: that does the service it is sent to in the same breath.

    Raises:
        Unauthorised: It is no token.
    """
    try:
        claims = jwt.decode(access_token, options={"verify_signature": False})
        return str(claims["sub"])
    except (jwt.PyJWTError, KeyError):
        raise Unauthorised("the token is not valid") from None

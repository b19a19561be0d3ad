"""What an app answers from, where its process has it."""

from typing import Any

from starlette.requests import Request

from schemas.errors import Unavailable


def app_part(request: Request, name: str, refusal: str) -> Any:
    """Return a part of the request's app.

    Raises:
        Unavailable: This process has none; it says the refusal.
    """
    if (found := getattr(request.app.state, name)) is None:
        raise Unavailable(refusal)
    return found

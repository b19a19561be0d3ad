"""The OpenAPI document of the BFF: cookies are its credentials, and a CSRF token with what changes something."""

from typing import Any

from fastapi import FastAPI

from bff.cookies import REFRESH
from bff.csrf import HEADER
from edge.openapi import describe

SESSION, CSRF = "session", "csrf"
SCHEMES = {
    SESSION: {"type": "apiKey", "in": "cookie", "name": REFRESH},
    CSRF: {"type": "apiKey", "in": "header", "name": HEADER},
}
SAFE = frozenset({"get"})


def describe_for_browsers(app: FastAPI) -> dict[str, Any]:
    """Return the document; it is built once."""
    if app.openapi_schema:
        return app.openapi_schema
    document = describe(app, SCHEMES)
    for operations in document["paths"].values():
        for method in SAFE & operations.keys():
            operations[method].setdefault("security", [{SESSION: []}])
    return document

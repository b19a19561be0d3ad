"""Builds the reference page of errors."""

from collections.abc import Iterator

from aioutlet.pages.markdown import code, page, sentence, table
from edge.problems import CODES
from schemas.errors import AIOutletError, Poison

LEAD = """\
Refusals are RFC 9457 problem documents (`application/problem+json`) with `code`, `detail` and `correlationId`; some
have fields of their own. `code` is a contract. Retrying is safe with the same `Idempotency-Key`, and useful for
409 `conflict` and 503 only."""


def errors_page() -> str:
    """Return the page of all errors."""
    rows = [(code(e.code), _status(e), e.title, sentence(e.__doc__)) for e in errors()]
    own_codes = {AIOutletError.code, *(error.code for error in errors())}
    others = [(code(name), str(status)) for status, name in CODES.items() if name not in own_codes]
    return page(
        "Errors",
        LEAD,
        table(("code", "status", "title", "means"), rows),
        "Requests to unknown routes, and failures of the server, are answered with:",
        table(("code", "status"), [*others, (code(AIOutletError.code), str(AIOutletError.status))]),
    )


def errors(of: type[AIOutletError] = AIOutletError) -> Iterator[type[AIOutletError]]:
    """Yield all subclasses of an error, parents first."""
    for child in of.__subclasses__():
        if child.__module__ == AIOutletError.__module__:
            yield child
            yield from errors(child)


def _status(error: type[AIOutletError]) -> str:
    return "never on HTTP" if error is Poison else str(error.status)

"""The page of errors."""

from collections.abc import Iterator

from aioutlet.pages.markdown import code, page, sentence, table
from edge.problems import CODES
from schemas.errors import AIOutletError, Poison

LEAD = """\
Refusals are RFC 9457 problem documents (`application/problem+json`) with `code`, `detail` and `correlationId`; some
carry facts of their own. `code` is wire contract. Retrying is safe with the same `Idempotency-Key`, and useful for
409 `conflict` and 503 only."""


def errors_page() -> str:
    """Every error, as the tree has it."""
    rows = [(code(e.code), _status(e), e.title, sentence(e.__doc__)) for e in errors()]
    known = {AIOutletError.code, *(error.code for error in errors())}
    others = [(code(word), str(status)) for status, word in CODES.items() if word not in known]
    return page(
        "Errors",
        LEAD,
        table(("code", "status", "title", "means"), rows),
        "What no route of ours was asked for, or failed for no reason of the caller's, is answered with:",
        table(("code", "status"), [*others, (code(AIOutletError.code), str(AIOutletError.status))]),
    )


def errors(of: type[AIOutletError] = AIOutletError) -> Iterator[type[AIOutletError]]:
    """Every error of the tree, parents first."""
    for child in of.__subclasses__():
        if child.__module__ == AIOutletError.__module__:
            yield child
            yield from errors(child)


def _status(error: type[AIOutletError]) -> str:
    return "never on HTTP" if error is Poison else str(error.status)

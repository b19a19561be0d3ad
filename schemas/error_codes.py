"""Names errors for the log: by class and code, never by their words, which may repeat what was read or written."""

import errno
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas.errors import AIOutletError

PHRASES = (
    "connection refused",
    "authentication failed",
    "does not exist",
    "name or service not known",
    "no pg_hba.conf entry",
    "server closed the connection",
    "the database system is",
    "timeout",
    "timed out",
)
"""What a driver may say of a server; of its words only these are repeated."""


def code_of(error: BaseException) -> str:
    """Return the class and code of an error and of what caused it; the words only of an error of our own.

    Codes are those of PostgreSQL (`sqlstate`), SQLite, MongoDB, Kafka, pydantic and the operating system; those of a
    bulk write each with the number of writes that it refused.
    """
    named = f"{type(error).__name__}: {error.detail}" if isinstance(error, AIOutletError) else _name(error)
    return named if error.__cause__ is None else f"{named}, from {code_of(error.__cause__)}"


def cause_code(error: BaseException) -> str:
    """Return the name of an error by which many are found: the code of one of our own, else its class."""
    return error.code if isinstance(error, AIOutletError) else type(error).__name__


def _name(error: BaseException) -> str:
    words = str(error).casefold() if isinstance(error, Exception) else ""
    phrase = next((phrase for phrase in PHRASES if phrase in words), None)
    found = [*_codes(error), *([f"({phrase})"] if phrase else [])]
    return " ".join([type(error).__name__, *found])


def _codes(error: BaseException) -> Iterator[str]:
    for attribute in ("sqlstate", "sqlite_errorname"):
        if isinstance(code := getattr(error, attribute, None), str):
            yield code
    if isinstance(number := getattr(error, "errno", None), int):
        yield errno.errorcode.get(number, str(number)) if isinstance(error, OSError) else f"code {number}"
    details = getattr(error, "details", None)
    if isinstance(details, Mapping) and "writeErrors" in details:
        yield from _counted(f"code {each.get('code')}" for each in details["writeErrors"])
    elif isinstance(code := getattr(error, "code", None), int):
        yield f"code {code}"
    if isinstance(error, LookupError) and error.args and _is_name(error.args[0]):
        yield repr(error.args[0])
    yield from _counted(each["type"] for each in _field_errors(error))


def _is_name(value: object) -> bool:
    """Whether it may be the name of a field or type, as `warehouse_id` or `order.created`, and is no value."""
    return isinstance(value, str) and all(part.isidentifier() for part in value.split("."))


def _field_errors(error: BaseException) -> Sequence[Mapping[str, Any]]:
    """Return the errors of pydantic's `ValidationError`."""
    found = getattr(error, "errors", None)
    if type(error).__name__ != "ValidationError" or not callable(found):
        return ()
    errors: Sequence[Mapping[str, Any]] = found(include_url=False, include_context=False, include_input=False)
    return errors


def _counted(names: Iterator[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        yield f"{name} x{count}"

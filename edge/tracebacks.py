"""Tracebacks for the log: where something failed and with which class and code of error.

The words of a library's error are left out, for they may repeat a document, a statement or an address with a password.
Those of our own errors and of Python's stay.
"""

import builtins
from collections.abc import Callable, Iterator
from textwrap import indent
from traceback import FrameSummary, StackSummary, walk_tb

from schemas.error_codes import code_of

OURS = frozenset(
    (
        *("schemas", "domain", "concurrency", "text", "event_store", "subscriptions", "identity", "edge"),
        *("command_api", "streams", "projectors", "history", "query_api", "bff", "aioutlet"),
        builtins.__name__,
    )
)
"""The packages whose errors say nothing that may not be read."""
CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
HEAD = "Traceback (most recent call last):\n"

ChooseFrames = Callable[[StackSummary], list[FrameSummary]]
"""Chooses the frames that are shown."""


def format_traceback(error: BaseException, choose: ChooseFrames = list) -> str:
    """Return the traceback of an error, of its causes, and of the members of a group."""
    return "".join(_lines(error, choose, set())).rstrip()


def _lines(error: BaseException, choose: ChooseFrames, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before, joint = error.__cause__, CAUSE
    if before is None and not error.__suppress_context__:
        before, joint = error.__context__, CONTEXT
    if before is not None and id(before) not in seen:
        yield from _lines(before, choose, seen)
        yield joint
    if error.__traceback__:
        yield HEAD
        yield from StackSummary.from_list(choose(StackSummary.extract(walk_tb(error.__traceback__)))).format()
    yield f"{_describe(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for number, member in enumerate(error.exceptions, start=1):
            yield indent(
                f"---- {number} of {len(error.exceptions)} ----\n" + "".join(_lines(member, choose, seen)), "  "
            )


def _describe(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == builtins.__name__ else f"{kind.__module__}.{kind.__qualname__}"
    words = str(error) if kind.__module__.partition(".")[0] in OURS else code_of(error)
    return f"{name}: {words}" if words else name

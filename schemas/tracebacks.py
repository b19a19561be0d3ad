"""Tracebacks for the log and for parked messages: where something failed, and with which class and code of error.

The words of a library's error are left out, for they may repeat a document, a statement or an address with a password.
Those of our own errors and of Python's stay in the log; what is kept for longer has only those of our own.
"""

import builtins
from collections.abc import Callable, Iterator
from textwrap import indent
from traceback import FrameSummary, StackSummary, walk_tb

from schemas.error_codes import code_of
from schemas.errors import AIOutletError

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

MAX_KEPT = 4_000
"""Letters of a traceback that is kept: its end says most."""

ChooseFrames = Callable[[StackSummary], list[FrameSummary]]
"""Chooses the frames that are shown."""
Describe = Callable[[BaseException], str]


def format_traceback(error: BaseException, choose: ChooseFrames = list) -> str:
    """Return the traceback of an error, of its causes, and of the members of a group."""
    return "".join(_lines(error, choose, set(), _describe)).rstrip()


def format_kept_traceback(error: BaseException) -> str:
    """Return the traceback of an error for a row that outlives the log: no word in it can be of the data handled."""
    return "".join(_lines(error, list, set(), _describe_without_words)).rstrip()[-MAX_KEPT:]


def _lines(error: BaseException, choose: ChooseFrames, seen: set[int], describe: Describe) -> Iterator[str]:
    seen.add(id(error))
    before, joint = error.__cause__, CAUSE
    if before is None and not error.__suppress_context__:
        before, joint = error.__context__, CONTEXT
    if before is not None and id(before) not in seen:
        yield from _lines(before, choose, seen, describe)
        yield joint
    if error.__traceback__:
        yield HEAD
        yield from StackSummary.from_list(choose(StackSummary.extract(walk_tb(error.__traceback__)))).format()
    yield f"{describe(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for number, member in enumerate(error.exceptions, start=1):
            yield indent(
                f"---- {number} of {len(error.exceptions)} ----\n" + "".join(_lines(member, choose, seen, describe)),
                "  ",
            )


def _describe_without_words(error: BaseException) -> str:
    return f"{_name_of(error)}: {error.detail}" if isinstance(error, AIOutletError) else code_of(error)


def _name_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == builtins.__name__ else f"{kind.__module__}.{kind.__qualname__}"


def _describe(error: BaseException) -> str:
    kind, name = type(error), _name_of(error)
    words = str(error) if kind.__module__.partition(".")[0] in OURS else code_of(error)
    return f"{name}: {words}" if words else name

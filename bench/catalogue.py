"""Every case: which figures it measures, and how to run it."""

from collections.abc import Awaitable, Callable, Sequence

from bench.cases import append
from bench.sampling import Course, Result

Case = Callable[[Course], Awaitable[Sequence[Result]]]
CASES: dict[str, Case] = {
    "B1": append.one_event,
    "B1b": append.four_processes,
    "B2": append.one_caller,
    "B4": append.three_events,
}

"""Every case: which figures it measures, and how to run it."""

from collections.abc import Awaitable, Callable, Sequence

from bench.sampling import Course, Result

Case = Callable[[Course], Awaitable[Sequence[Result]]]
CASES: dict[str, Case] = {}

"""When the garbage collector looks: not while modules are imported, and seldomer once everything is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLD = 100_000
"""New objects before a collection: at 10,000, collections took an eighth of a busy shop's time."""


def tune_gc(threshold: int = THRESHOLD) -> None:
    """Exempt all current objects from garbage collection, for they stay, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(threshold)


@contextmanager
def without_gc() -> Iterator[None]:
    """Import or build what stays: nothing of it is garbage, and looking would take a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

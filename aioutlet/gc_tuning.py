"""When the garbage collector looks: not while modules are imported, and seldomer once everything is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 10_000
"""Objects made since the last look that are worth a look: a page of the log is some ten thousand."""


def tune_gc() -> None:
    """What is there now stays as long as the process: the collector passes it by from now on, and looks less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


@contextmanager
def without_gc() -> Iterator[None]:
    """Import or build what stays: nothing of it is garbage, and looking would take a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

"""A process's memory once everything is built."""

import gc

YOUNG = 10_000
"""Objects made since the last look that are worth a look: a page of the log is some ten thousand."""


def tune_gc() -> None:
    """What is there now stays as long as the process: the collector passes it by from now on, and looks less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)

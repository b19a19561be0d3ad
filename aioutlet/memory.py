"""A process's memory once everything is built."""

import gc

YOUNG = 100_000
"""New objects after which garbage is looked for: with fewer, most belong to orders that are still under way."""


def settle() -> None:
    """What is there now stays as long as the process: the collector passes it by from now on, and looks less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)

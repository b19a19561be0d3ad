"""How the threads of one process take turns."""

import sys

TURN = 0.0005
"""Seconds."""


def take_short_turns() -> None:
    """Let a thread that has heard from the database go on within half a millisecond.

    A busy loop gives way only when asked for a whole turn, 5 ms by default; an append asks twice.
    """
    sys.setswitchinterval(TURN)

"""How often to look for news: often while there are some, the seldomer the longer there are none."""

from typing import NamedTuple

SLOWDOWN = 0.1
"""The part of a silence by which the next look may come late."""


class PollInterval(NamedTuple):
    """Seconds between two looks: in a busy moment, and in a quiet one."""

    shortest: float
    longest: float

    def after(self, silence: float) -> float:
        """Seconds until the next look when nothing has happened for `silence` seconds."""
        return min(max(silence * SLOWDOWN, self.shortest), self.longest)

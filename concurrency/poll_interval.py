"""How often to poll: often while there is something new, the less often the longer there is nothing."""

from typing import NamedTuple

IDLE_SHARE = 0.1
"""The interval as a part of the time in which nothing was found."""


class PollInterval(NamedTuple):
    """The shortest and the longest interval, in seconds."""

    shortest: float
    longest: float

    def after(self, idle: float) -> float:
        """Return the seconds until the next poll when nothing was found for `idle` seconds."""
        return min(max(idle * IDLE_SHARE, self.shortest), self.longest)

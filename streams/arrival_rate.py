"""Whether messages come often: then it is worth while to collect some before they are handled, and else not."""

OFTEN = 100.0
"""Messages a second; a lone order has fewer."""
LOOK_EVERY = 0.25
"""Seconds between two looks at how many came."""


class ArrivalRate:
    """Counts messages, and looks at most every `LOOK_EVERY` seconds whether they came often since the last look."""

    def __init__(self, now: float) -> None:
        """Start at a time, in seconds of any clock."""
        self._count = 0
        self._looked_at = now
        self.is_often = False

    def count(self, messages: int, now: float) -> None:
        """Count messages that have come by this time."""
        self._count += messages
        if (elapsed := now - self._looked_at) >= LOOK_EVERY:
            self.is_often = self._count >= OFTEN * elapsed
            self._count, self._looked_at = 0, now

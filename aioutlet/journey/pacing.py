"""When baskets arrive, and what the waiting times say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil


def arrivals(count: int, rate: float) -> Iterator[float]:
    """Seconds after the start at which each order is due, evenly at `rate` per second; 0 means all at once.

    Arrivals do not wait for answers (an open loop): a slow shop does not slow its customers down.
    """
    return (number / rate if rate else 0.0 for number in range(count))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` (0 to 1) of them do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Waiting times in seconds, as their percentiles."""

    p50: float
    p95: float
    p99: float
    longest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Waits":
        """Nearest-rank percentiles, of real waits only: nothing is interpolated."""
        ordered = sorted(seconds)
        return cls(*(percentile(ordered, share) for share in (0.50, 0.95, 0.99, 1.0)))

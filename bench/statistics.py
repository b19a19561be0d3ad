"""What pairs of runs say: medians, quartiles, and how sure of the median one may be."""

import random
from collections.abc import Sequence
from statistics import median, quantiles
from typing import NamedTuple

RESAMPLES = 10_000
DIFFERENCE_RESAMPLES = 4_000
"""As above; each draws from both sides."""
SEED = 20_240_229
"""The same samples give the same interval."""


class Spread(NamedTuple):
    """A median with its quartiles and its bootstrap 95 % interval."""

    median: float
    q1: float
    q3: float
    low: float
    high: float


class Interval(NamedTuple):
    """A figure and the interval it may be in."""

    value: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value; the interval is the percentile bootstrap (Efron 1979) of the median."""
    if len(values) == 1:
        return Spread(*(values[0],) * 5)
    q1, _, q3 = quantiles(values, n=4, method="inclusive")
    rng = random.Random(SEED)  # noqa: S311 - no secret, resampling
    medians = sorted(median(rng.choices(values, k=len(values))) for _ in range(RESAMPLES))
    low, high = medians[int(RESAMPLES * 0.025)], medians[int(RESAMPLES * 0.975)]
    return Spread(median(values), q1, q3, low, high)


def median_difference(ours: Sequence[float], theirs: Sequence[float], *, share: float = 0.95) -> Interval:
    """The difference of two medians and its bootstrap interval, which holds `share` of the resampled differences."""
    rng = random.Random(SEED)  # noqa: S311 - as above
    again = sorted(
        median(rng.choices(ours, k=len(ours))) - median(rng.choices(theirs, k=len(theirs)))
        for _ in range(DIFFERENCE_RESAMPLES)
    )
    outside = int(DIFFERENCE_RESAMPLES * (1 - share) / 2)
    return Interval(median(ours) - median(theirs), again[outside], again[-1 - outside])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of at least one value do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

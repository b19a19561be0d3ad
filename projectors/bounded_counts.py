"""Counts by name of which only the highest are kept, so that a document stays small however many names there are."""

from collections.abc import Mapping

Counts = Mapping[str, int]


def add_counts(counts: Counts, missed: int, added: Counts, *, capacity: int) -> tuple[dict[str, int], int]:
    """Add counts; beyond twice the capacity, keep the highest `capacity` of them, of equal ones the first by name.

    Returns:
        The counts, and by how much each may be too low: none is ever too high, and all are exact while this is 0.
        A name that is dropped loses at most the highest count that was dropped with it, which is added to `missed`.
    """
    sums = dict(counts)
    for name, n in added.items():
        sums[name] = sums.get(name, 0) + n
    if len(sums) <= 2 * capacity:
        return sums, missed
    ranked = sorted(sums.items(), key=lambda each: (-each[1], each[0]))
    return dict(ranked[:capacity]), missed + ranked[capacity][1]

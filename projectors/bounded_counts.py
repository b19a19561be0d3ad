"""Counts by name of which only the highest are kept, so that a document stays small however many names there are."""

from collections.abc import Iterable, Mapping

Counts = Mapping[str, int]


def add_counts(counts: Counts, missed: int, added: Iterable[Counts], *, capacity: int) -> tuple[dict[str, int], int]:
    """Add counts, one after another; of more than twice the capacity, keep the highest `capacity` of them each time.

    Of equal ones the first by name are kept.

    Returns:
        The counts, and by how much each may be too low: none is ever too high, and all are exact while this is 0.
        A name that is dropped loses at most the highest count that was dropped with it, which is added to `missed`.
    """
    sums = dict(counts)
    for each in added:
        for name, n in each.items():
            sums[name] = sums.get(name, 0) + n
        if len(sums) > 2 * capacity:
            ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
            sums, missed = dict(ranked[:capacity]), missed + ranked[capacity][1]
    return sums, missed

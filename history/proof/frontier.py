"""The right edge of a growing tree: all that is needed to add leaves to it, and to name its root."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice

from history.proof.merkle import EMPTY_ROOT, node_hash, root_of

HEIGHT = 8
"""Every so many heights the hashes of full subtrees are kept: level 0 has the leaves, level 1 what is over 256 each."""
WIDTH = 1 << HEIGHT

Levels = list[list[bytes]]
"""Hashes by level."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the full subtrees that a tree of `size` leaves consists of, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.peaks))

    def extend(self, leaves: Iterable[bytes]) -> tuple["Frontier", Levels]:
        """Return the frontier with more leaves, and the hashes that these add to each level."""
        size, peaks = self.size, list(self.peaks)
        levels: Levels = [[]]
        for leaf in leaves:
            node, height = leaf, 0
            levels[0].append(leaf)
            while size >> height & 1:
                node = node_hash(peaks.pop(), node)
                height += 1
                if height % HEIGHT == 0:
                    levels += [[] for _ in range(height // HEIGHT + 1 - len(levels))]
                    levels[height // HEIGHT].append(node)
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks)), levels

    @classmethod
    def of_tails(cls, size: int, tails: Sequence[Sequence[bytes]]) -> "Frontier":
        """Return the frontier of a tree, of which `tails` has, by level, what no hash of the level above covers."""
        return cls(size, tuple(peak for tail in reversed(tails) for peak in _peaks(tail)))


def _peaks(tail: Sequence[bytes]) -> Iterable[bytes]:
    rest = iter(tail)
    for height in range(HEIGHT - 1, -1, -1):
        if len(tail) >> height & 1:
            yield root_of(list(islice(rest, 1 << height)))

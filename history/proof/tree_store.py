"""The second place: where the hashes of the tree and its signed heads are kept, apart from the log."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from history.proof.frontier import HEIGHT, Levels
from history.proof.signed_note import text_of
from history.proof.tree_head import TreeDamaged, TreeHead

HASH = 32
"""Bytes of a hash."""


class Addition(NamedTuple):
    """Hashes of one level that are not kept yet, from one on."""

    level: int
    first: int
    hashes: list[bytes]


class TreeStore(ABC):
    """Keeps what is added for ever.

    Any number of signers may add at once: what they add follows from one log, so that it is the same.
    """

    @abstractmethod
    def keys(self) -> list[str]:
        """Return the keys that verify the heads, oldest first; none where nothing was added."""

    @abstractmethod
    def newest_head(self) -> str | None:
        """Return the note of the newest head, None where there is none."""

    @abstractmethod
    def heads(self) -> Iterator[str]:
        """Yield the notes of all heads, oldest first."""

    @abstractmethod
    def hashes(self, level: int, first: int, end: int) -> list[bytes]:
        """Return the hashes of a level from `first` to before `end`.

        Raises:
            TreeDamaged: Some of them are not there.
        """

    @abstractmethod
    def add(self, size: int, levels: Levels, note: str, key: str) -> None:
        """Add to a tree of this size the hashes that more leaves add to each level, and its new head, durably.

        What others have added meanwhile is compared. A head that names the next key makes that one of the tree's keys.

        Raises:
            TreeDiffers: It is not the same; nothing is added.
            TreeDamaged: The tree is smaller, or its heads are signed with another key; nothing is added.
        """

    def _additions(self, kept: int, size: int, levels: Levels) -> list[Addition]:
        """Compare the leaves that are kept already, and return what is not; what is above leaves follows from them."""
        if kept < size:
            raise TreeDamaged(f"the tree has {kept} leaves, and had {size}")
        known = levels[0][: kept - size]
        if (there := self.hashes(0, size, size + len(known))) != known:
            pairs = enumerate(zip(known, there, strict=True), start=size + 1)
            raise TreeDiffers([position for position, (ours, theirs) in pairs if ours != theirs])
        places = [(level, kept >> HEIGHT * level, size >> HEIGHT * level) for level in range(len(levels))]
        found = [Addition(level, covered, levels[level][covered - first :]) for level, covered, first in places]
        return [each for each in found if each.hashes]

    @staticmethod
    def _new_keys(known: Sequence[str], note: str, key: str) -> list[str]:
        """Return the keys that are not known yet: the first, or the one that a head names; any other is refused."""
        if known and key not in known:
            raise TreeDamaged("the tree's heads are signed with another key")
        next_key = TreeHead.of_text(text_of(note)).next_key
        return [each for each in (key, next_key) if each and each not in known]


def missing(level: int, end: int) -> TreeDamaged:
    """Return the error that hashes before one are not there."""
    return TreeDamaged(f"of the tree, hashes of level {level} before {end} are missing")


def split_hashes(content: bytes) -> list[bytes]:
    """Return the hashes that stand one behind the other."""
    return [content[at : at + HASH] for at in range(0, len(content), HASH)]


class TreeDiffers(Exception):
    """The tree has another leaf for some events of the log than these have."""

    def __init__(self, positions: list[int], why: str = "") -> None:
        self.positions = positions
        shown = ", ".join(map(str, positions[:10])) + (", …" if len(positions) > 10 else "")
        super().__init__(why or f"the log differs from its tree at position {shown}")

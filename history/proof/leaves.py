"""The leaves of the tree, computed from the log: the leaf of position 1 is the first."""

from collections.abc import AsyncIterator, Sequence

from event_store.reading import EventReader
from history.proof.tree_store import TreeDiffers
from schemas.codec import Stored
from schemas.merkle_leaf import leaf_hash

READ_AT_ONCE = 1_000


def leaf_of(stored: Stored) -> bytes:
    """Return the leaf of an event."""
    return leaf_hash(stored.position, stored.stream, stored.version, stored.state)


async def read_rows(reader: EventReader, after: int, until: int) -> AsyncIterator[list[Stored]]:
    """Yield the events after one position and up to another.

    Raises:
        TreeDiffers: The log ends before.
    """
    while after < until:
        rows = await reader.log(after, limit=min(READ_AT_ONCE, until - after), until=until)
        if not rows or (rows[0].position, rows[-1].position) != (after + 1, after + len(rows)):
            positions = list(range(after + 1, until + 1))
            raise TreeDiffers(positions, f"the log ends at position {after}, and its tree has {until} leaves")
        yield rows
        after += len(rows)


async def differing(reader: EventReader, leaves: Sequence[bytes], after: int) -> list[int]:
    """Return the positions of the leaves after one whose events are others, or are missing."""
    until = after + len(leaves)
    rows = {row.position: row for row in await reader.log(after, limit=len(leaves), until=until)} if leaves else {}
    return [position for position, leaf in enumerate(leaves, after + 1) if _leaf_at(rows.get(position)) != leaf]


def leaves_of(rows: Sequence[Stored]) -> list[bytes]:
    """Return the leaves of events."""
    return [leaf_of(row) for row in rows]


def _leaf_at(stored: Stored | None) -> bytes | None:
    return leaf_of(stored) if stored else None

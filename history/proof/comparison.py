"""Compares the whole log with the second place: every event with its leaf, and the leaves with every signed head."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from event_store.reading import EventReader
from history.proof.frontier import Frontier
from history.proof.key_ring import KeyRing
from history.proof.leaves import READ_AT_ONCE, differing
from history.proof.tree_head import TreeDamaged, TreeHead
from history.proof.tree_store import TreeStore

Progress = Callable[[int, int], None]
"""Told how many events have been compared, and of how many."""


@dataclass(slots=True)
class Comparison:
    """What was found: positions whose event is not that of its leaf, and what is wrong with the second place.

    `size` events were compared under `heads` signed heads; `unsigned` more are in the log.
    """

    size: int = 0
    heads: int = 0
    unsigned: int = 0
    differing: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether nothing was changed."""
        return not self.differing and not self.faults


async def compare_log(
    reader: EventReader, store: TreeStore, keys: KeyRing, *, progress: Progress = lambda *_: None
) -> Comparison:
    """Compare the log with what was signed of it up to now.

    Raises:
        Unavailable: The log does not answer.
        OSError: Nor does the second place.
    """
    found = Comparison()
    heads = await asyncio.to_thread(_read_heads, store, keys, found)
    found.heads, found.size = len(heads), max((head.size for head in heads), default=0)
    found.unsigned = max(0, await reader.head() - found.size)
    try:
        await asyncio.to_thread(_compare_roots, store, heads, found)
        for after in range(0, found.size, READ_AT_ONCE):
            until = min(found.size, after + READ_AT_ONCE)
            leaves = await asyncio.to_thread(store.hashes, 0, after, until)
            found.differing += await differing(reader, leaves, after)
            progress(until, found.size)
    except TreeDamaged as damage:
        found.faults.append(str(damage))
    return found


def _read_heads(store: TreeStore, keys: KeyRing, found: Comparison) -> list[TreeHead]:
    """Return the heads that are genuine; what is wrong with the others is among the faults."""
    heads: list[TreeHead] = []
    notes = enumerate(_notes(store, found), 1)
    for number, note in notes:
        try:
            heads.append(keys.open(note))
        except TreeDamaged as damage:
            found.faults.append(f"head {number}: {damage}")
    return heads


def _notes(store: TreeStore, found: Comparison) -> Iterator[str]:
    try:
        yield from store.heads()
    except TreeDamaged as damage:
        found.faults.append(str(damage))


def _compare_roots(store: TreeStore, heads: list[TreeHead], found: Comparison) -> None:
    """Compare the root over the leaves with each head's, and say up to which head it is another."""
    frontier = Frontier()
    for head in heads:
        if head.size < frontier.size:
            found.faults.append(f"a head of {head.size} leaves comes after one of {frontier.size}")
            continue
        before = frontier.size
        for first in range(before, head.size, READ_AT_ONCE):
            end = min(head.size, first + READ_AT_ONCE)
            frontier, _ = frontier.extend(store.hashes(0, first, end))
        if frontier.root != head.root:
            found.faults.append(f"leaves {before + 1} to {head.size} are not those that were signed")
            return

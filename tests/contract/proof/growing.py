"""A tree that grows beside the list of its leaves."""

import hashlib
from collections.abc import Sequence

from history.proof.frontier import Frontier, Levels
from history.proof.signed_note import NoteSigner
from history.proof.tree_head import TreeHead, origin_of
from history.proof.tree_store import TreeStore

SECRET = b"a secret of a signer of the tests"
SIGNER = NoteSigner(SECRET, origin_of("tests"))
LEAVES = [hashlib.sha256(b"%d" % number).digest() for number in range(1_000)]


def addition(
    frontier: Frontier, leaves: Sequence[bytes], signer: NoteSigner = SIGNER
) -> tuple[Frontier, tuple[int, Levels, str, str]]:
    """The tree with these leaves, and how they are added to a second place."""
    grown, levels = frontier.extend(leaves)
    note = signer.sign(TreeHead(signer.verifier.name, grown.size, grown.root).text)
    return grown, (frontier.size, levels, note, signer.verifier.key)


def grow(tree: TreeStore, *ends: int) -> Frontier:
    """Add the leaves up to each of these ends."""
    frontier = Frontier()
    for end in ends:
        frontier, added = addition(frontier, LEAVES[frontier.size : end])
        tree.add(*added)
    return frontier

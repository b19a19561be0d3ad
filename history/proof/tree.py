"""What is computed from a kept tree: its frontier, the roots of its parts, and proofs."""

from history.proof.frontier import Frontier
from history.proof.merkle import root_of
from history.proof.spans import Span, consistency_spans, inclusion_spans, level_spans
from history.proof.tree_store import TreeStore


def read_frontier(store: TreeStore, size: int) -> Frontier:
    """Return the frontier of the tree's first `size` leaves."""
    return Frontier.of_tails(size, [store.hashes(*each) for each in level_spans(Span(0, size))])


def read_root(store: TreeStore, span: Span) -> bytes:
    """Return the root over a span: of all leaves up to a size, or one that a proof needs."""
    above: list[bytes] = []
    for each in level_spans(span):
        above = [root_of([*store.hashes(*each), *above])]
    return root_of(above)


def inclusion_proof(store: TreeStore, index: int, size: int) -> list[bytes]:
    """Return the proof that a leaf is in the tree's first `size` leaves."""
    return [read_root(store, span) for span in inclusion_spans(index, size)]


def consistency_proof(store: TreeStore, old: int, new: int) -> list[bytes]:
    """Return the proof that the first `new` leaves begin with the first `old` ones."""
    return [read_root(store, span) for span in consistency_spans(old, new)]

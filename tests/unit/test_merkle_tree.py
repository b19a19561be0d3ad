"""The tree of RFC 6962: its published vectors, its definition, and an implementation that is not ours agree with it."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from history.proof.frontier import Frontier, Levels
from history.proof.merkle import EMPTY_ROOT, node_hash, root_of
from history.proof.spans import Span, consistency_spans, inclusion_spans, level_spans
from history.proof.verification import proves_consistency, proves_inclusion

ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the first entries, by their number: those of the reference implementation of Certificate Transparency."""
FIRST_OF_EIGHT = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
"""The proof that its first entry is among them."""
LARGEST = 1_100
sizes = st.one_of(st.integers(1, 20), st.integers(1, LARGEST), st.sampled_from([255, 256, 257, 511, 512, 513, 768]))


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


LEAVES = [leaf(b"%d" % number) for number in range(LARGEST)]


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """As RFC 6962 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    left = max(1 << bit for bit in range(11) if 1 << bit < len(leaves))
    return node_hash(tree_hash(leaves[:left]), tree_hash(leaves[left:]))


def grown(pieces: Sequence[Sequence[bytes]]) -> tuple[Frontier, Levels]:
    frontier, kept = Frontier(), [list[bytes]() for _ in range(3)]
    for piece in pieces:
        frontier, levels = frontier.extend(piece)
        for level, new in zip(kept, levels, strict=False):
            level.extend(new)
    return frontier, kept


KEPT = grown([LEAVES])[1]


def read_root(span: Span) -> bytes:
    """The root over a span, from what is kept of the levels alone."""
    above: list[bytes] = []
    for level, first, end in level_spans(span):
        above = [root_of([*KEPT[level][first:end], *above])]
    return root_of(above)


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_published_roots_come_out(size: int) -> None:
    leaves = [leaf(entry) for entry in ENTRIES[:size]]
    assert root_of(leaves).hex() == tree_hash(leaves).hex() == Frontier().extend(leaves)[0].root.hex() == ROOTS[size]


def test_the_published_proof_comes_out() -> None:
    leaves = [leaf(entry) for entry in ENTRIES]
    proof = [root_of(leaves[first:end]).hex() for first, end in inclusion_spans(0, 8)]
    assert proof == FIRST_OF_EIGHT
    assert proves_inclusion(leaves[0], 0, 8, bytes.fromhex(ROOTS[8]), [bytes.fromhex(each) for each in proof])


@given(st.lists(st.integers(0, 300), max_size=6))
def test_a_tree_that_grows_in_pieces_is_the_tree_of_the_whole(lengths: list[int]) -> None:
    ends = [min(sum(lengths[: index + 1]), LARGEST) for index in range(len(lengths))]
    pieces = [LEAVES[first:end] for first, end in zip([0, *ends], ends, strict=False)]
    size = ends[-1] if ends else 0
    frontier, kept = grown(pieces)
    assert (frontier.size, frontier.root) == (size, tree_hash(LEAVES[:size]))
    assert [len(level) for level in kept] == [size, size >> 8, 0]
    assert Frontier.of_tails(size, [kept[level][first:end] for level, first, end in level_spans(Span(0, size))]) == (
        frontier
    )


@given(sizes, st.data())
def test_every_event_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root, proof = tree_hash(LEAVES[:size]), [read_root(span) for span in inclusion_spans(index, size)]
    assert proves_inclusion(LEAVES[index], index, size, root, proof)
    other = data.draw(st.integers(0, size))
    if other != index:
        assert not proves_inclusion(LEAVES[index], other, size, root, proof)
        assert not proves_inclusion(LEAVES[other % LARGEST], index, size, root, proof)
    assert not proves_inclusion(LEAVES[index], index, size, tree_hash(LEAVES[: size - 1]), proof)
    assert not proves_inclusion(LEAVES[index], index, size, root, [*proof, root])
    assert not proof or not proves_inclusion(LEAVES[index], index, size, root, proof[:-1])


@given(sizes, st.data())
def test_growth_is_proved_and_nothing_else(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    roots, proof = (tree_hash(LEAVES[:old]), tree_hash(LEAVES[:new])), [*map(read_root, consistency_spans(old, new))]
    assert proves_consistency(old, new, *roots, proof)
    if not 0 < old < new:
        assert proof == []
        assert not proves_consistency(old, new, *roots, [roots[0]])
        return
    changed = data.draw(st.integers(0, old - 1))
    before = tree_hash([*LEAVES[:changed], leaf(b"another"), *LEAVES[changed + 1 : old]])
    assert not proves_consistency(old, new, before, roots[1], proof)
    assert not proves_consistency(old, new, roots[1], roots[0], proof)
    assert not proves_consistency(old, new, *roots, proof[:-1])
    assert not proves_consistency(old, new, *roots, [*proof, roots[0]])
    assert not proves_consistency(new, old, roots[1], roots[0], proof)


@given(st.integers(1, 300), st.data())
def test_an_implementation_that_is_not_ours_agrees(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    theirs = InmemoryTree(algorithm="sha256")
    for number in range(size):
        theirs.append_entry(b"%d" % number)
    assert theirs.get_leaf(index + 1) == LEAVES[index]
    assert theirs.get_root() == tree_hash(LEAVES[:size])
    path = [bytes.fromhex(each) for each in theirs.prove_inclusion(index + 1).serialize()["path"]]
    assert path == [LEAVES[index], *(read_root(span) for span in inclusion_spans(index, size))]

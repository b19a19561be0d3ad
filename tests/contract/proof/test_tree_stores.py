"""What every second place does: keep hashes and heads, refuse what is not the same, and stand two signers at once."""

import re
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import pytest

from history.proof.frontier import Frontier
from history.proof.merkle import root_of
from history.proof.signed_note import NoteSigner, text_of
from history.proof.spans import Span
from history.proof.tree import consistency_proof, inclusion_proof, read_frontier, read_root
from history.proof.tree_bucket import TreeBucket
from history.proof.tree_folder import TreeFolder
from history.proof.tree_head import TreeDamaged, TreeHead
from history.proof.tree_store import TreeDiffers, TreeStore
from history.proof.verification import proves_consistency, proves_inclusion
from tests.contract.proof.growing import LEAVES, SIGNER, addition, grow
from tests.services.s3 import KEY, SECRET
from tests.services.waiting import free_port


@pytest.fixture(params=["folder", "bucket"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> TreeStore:
    """An empty second place of each kind."""
    is_folder = request.param == "folder"
    return TreeFolder(tmp_path / "tree") if is_folder else TreeBucket(request.getfixturevalue("bucket"))


def sizes(tree: TreeStore) -> list[int]:
    return [TreeHead.of_text(text_of(note)).size for note in tree.heads()]


def test_an_empty_place_has_nothing(tree: TreeStore) -> None:
    assert (tree.keys(), tree.newest_head(), list(tree.heads())) == ([], None, [])
    assert read_frontier(tree, 0) == Frontier()
    with pytest.raises(TreeDamaged, match="missing"):
        tree.hashes(0, 0, 1)


def test_what_was_added_is_there(tree: TreeStore) -> None:
    frontier = grow(tree, 1, 7, 255, 256, 600, 1_000)
    assert tree.hashes(0, 0, 1_000) == LEAVES
    assert tree.hashes(1, 0, 3) == [root_of(LEAVES[at : at + 256]) for at in range(0, 768, 256)]
    assert (sizes(tree), tree.keys()) == ([1, 7, 255, 256, 600, 1_000], [SIGNER.verifier.key])
    newest = TreeHead.of_text(SIGNER.verifier.open(tree.newest_head() or ""))
    assert (newest.size, newest.root) == (1_000, root_of(LEAVES))
    assert read_frontier(tree, 1_000) == frontier


def test_proofs_are_computed_from_what_is_kept(tree: TreeStore) -> None:
    grow(tree, 300, 999)
    for size in (1, 256, 257, 700, 999):
        root = read_root(tree, Span(0, size))
        assert root == root_of(LEAVES[:size])
        for index in {0, size // 2, size - 1}:
            assert proves_inclusion(LEAVES[index], index, size, root, inclusion_proof(tree, index, size))
        proof = consistency_proof(tree, size, 999)
        assert proves_consistency(size, 999, root, root_of(LEAVES[:999]), proof)


def test_what_another_signer_has_added_meanwhile_is_taken_as_it_is(tree: TreeStore) -> None:
    frontier = grow(tree, 10)
    _, ours = addition(frontier, LEAVES[10:300])
    _, theirs = addition(frontier, LEAVES[10:290])
    tree.add(*theirs)
    tree.add(*ours)
    tree.add(*theirs)
    assert (sizes(tree), tree.hashes(0, 0, 300)) == ([10, 290, 300], LEAVES[:300])
    assert read_frontier(tree, 300).root == root_of(LEAVES[:300])


def test_many_signers_at_once_do_what_one_does(tree: TreeStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        for signing in [threads.submit(grow, tree, *range(step, 701, step), 701) for step in (41, 43, 47, 53)]:
            signing.result()
    assert sizes(tree) == sorted(set(sizes(tree)))
    assert (sizes(tree)[-1], tree.hashes(0, 0, 701)) == (701, LEAVES[:701])
    assert read_frontier(tree, 701).root == root_of(LEAVES[:701])


def test_leaves_that_are_others_are_refused_and_named(tree: TreeStore) -> None:
    frontier = grow(tree, 10)
    tree.add(*addition(frontier, LEAVES[10:20])[1])
    with pytest.raises(TreeDiffers) as differs:
        tree.add(*addition(frontier, [*LEAVES[10:13], LEAVES[0], *LEAVES[14:30]])[1])
    assert differs.value.positions == [14]
    assert (sizes(tree), tree.hashes(0, 0, 20)) == ([10, 20], LEAVES[:20])


def test_a_key_that_a_head_names_may_go_on(tree: TreeStore) -> None:
    frontier, other = grow(tree, 10), NoteSigner(b"another secret of 32 characters!", SIGNER.verifier.name)
    frontier, (size, levels, _, key) = addition(frontier, LEAVES[10:20])
    head = TreeHead(SIGNER.verifier.name, frontier.size, frontier.root, other.verifier.key)
    tree.add(size, levels, SIGNER.sign(head.text), key)
    tree.add(*addition(frontier, LEAVES[20:30], other)[1])
    assert (sizes(tree), tree.keys()) == ([10, 20, 30], [SIGNER.verifier.key, other.verifier.key])


def test_another_key_and_a_place_that_was_emptied_are_refused(tree: TreeStore) -> None:
    frontier = grow(tree, 10)
    other = NoteSigner(b"another secret of 32 characters!", SIGNER.verifier.name)
    with pytest.raises(TreeDamaged, match="another key"):
        tree.add(*addition(frontier, LEAVES[10:20], other)[1])
    with pytest.raises(TreeDamaged, match="has 10 leaves, and had 20"):
        tree.add(*addition(Frontier().extend(LEAVES[:20])[0], LEAVES[20:30])[1])
    assert sizes(tree) == [10]


@pytest.mark.parametrize("torn", [b'"aioutlet/', b'"', b"\x00"])
def test_what_a_killed_signer_has_left_half_written_is_cut_off(tmp_path: Path, torn: bytes) -> None:
    folder, tree = tmp_path / "tree", TreeFolder(tmp_path / "tree")
    frontier = grow(tree, 300)
    for name, rest in (("hashes-0", b"\x01" * 45), ("hashes-1", b"\x02" * 40), ("heads", torn)):
        with (folder / name).open("ab") as file:
            file.write(rest)
    assert (sizes(tree), TreeHead.of_text(text_of(tree.newest_head() or "")).size) == ([300], 300)
    tree.add(*addition(frontier, LEAVES[300:600])[1])
    assert (sizes(tree), tree.hashes(0, 0, 600)) == ([300, 600], LEAVES[:600])
    assert (folder / "hashes-1").stat().st_size == 64


def test_an_object_that_is_there_is_never_overwritten(bucket: str) -> None:
    tree, other = TreeBucket(bucket), NoteSigner(b"another secret of 32 characters!", SIGNER.verifier.name)
    frontier = grow(tree, 300)
    with pytest.raises(TreeDamaged, match="has other hashes in"):
        tree._create_tiles(0, 256, LEAVES[:44])
    with pytest.raises(TreeDamaged, match="has another head of 300"):
        tree._create_head(SIGNER.sign(TreeHead(SIGNER.verifier.name, 300, LEAVES[0]).text))
    tree._create_head(addition(Frontier(), LEAVES[:300], other)[1][2])
    assert read_frontier(tree, 300) == frontier
    assert SIGNER.verifier.open(tree.newest_head() or "")
    tree._create("heads/99999999999999999999x", b"")
    with pytest.raises(TreeDamaged, match="is no head of the tree"):
        tree.newest_head()


def test_the_newest_of_many_heads_is_found_by_who_has_seen_none(bucket: str) -> None:
    grow(TreeBucket(bucket), *range(1, 6))
    for page in (1, 2, 4, 5, 100):
        with patch("history.proof.tree_bucket.PAGE", page):
            assert TreeHead.of_text(text_of(TreeBucket(bucket).newest_head() or "")).size == 5
            assert sizes(TreeBucket(bucket)) == [1, 2, 3, 4, 5]


def test_what_keeps_an_address_from_answering_is_said_with_what_helps_and_without_the_secret(bucket: str) -> None:
    for address, words in (
        (bucket.replace("/b-", "/no-such-bucket-"), "there is no such bucket at this address; create it"),
        (bucket.replace(quote(SECRET, safe=""), "another-secret"), "the address refuses this key and secret"),
        (re.sub(r":\d+/", f":{free_port()}/", bucket), "does not answer as S3 does"),
    ):
        for ask in (TreeBucket(address).newest_head, lambda: grow(TreeBucket(address), 10)):  # noqa: B023
            with pytest.raises(OSError, match=words) as fault:
                ask()
            told = "".join(traceback.format_exception(fault.value))
            assert not [each for each in (KEY, SECRET, "another-secret") if each in told]

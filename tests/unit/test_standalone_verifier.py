"""The verifier that stands alone: with the second place in hand it names every place where a bit was changed."""

import ast
import json
import random
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from history.proof.export import EVENTS, VERIFIER, event_line
from history.proof.frontier import Frontier
from history.proof.signed_note import NoteSigner
from history.proof.tree import inclusion_proof
from history.proof.tree_folder import TreeFolder
from history.proof.tree_head import TreeHead, origin_of
from history.verifier.verify_log import main
from schemas.codec import Stored
from schemas.merkle_leaf import leaf_hash

SIGNER = NoteSigner(b"a secret of a signer of the tests", origin_of("tests"))
EVENTS_SIGNED, CHANGES = 300, 1_000
POSITION, HEAD = re.compile(r"^position (\d+): (.*)$", re.MULTILINE), re.compile(r"^heads, line (\d+):", re.MULTILINE)
LEAVES, HEADS = "hashes-0", "heads"


class Exported(NamedTuple):
    """An export, and how many leaves each of its heads covers."""

    folder: Path
    events: list[Stored]
    heads: list[int]


class Verdict(NamedTuple):
    """What the verifier says."""

    code: int
    positions: dict[int, str]
    heads: set[int]
    output: str


def event(position: int, chance: random.Random) -> Stored:
    state = json.dumps({"id": chance.randbytes(8).hex(), "data": {"text": "ä" * chance.randrange(60)}})
    return Stored(position, f"order-{chance.randrange(40)}ä", chance.randrange(1, 9), "order.created", state.encode())


def export(folder: Path, count: int, chance: random.Random) -> Exported:
    """Events under heads of some leaves each, as the shop exports them."""
    events = [event(position, chance) for position in range(1, count + 1)]
    tree, frontier, heads = TreeFolder(folder), Frontier(), list[int]()
    while frontier.size < count:
        more = events[frontier.size : frontier.size + chance.randrange(1, 40)]
        grown, levels = frontier.extend(leaf_hash(row.position, row.stream, row.version, row.state) for row in more)
        note = SIGNER.sign(TreeHead(SIGNER.verifier.name, grown.size, grown.root).text)
        tree.add(frontier.size, levels, note, SIGNER.verifier.key)
        frontier = grown
        heads.append(grown.size)
    (folder / EVENTS).write_bytes(b"".join(map(event_line, events)))
    return Exported(folder, events, heads)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(tmp_path_factory.mktemp("export"), EVENTS_SIGNED, random.Random(6962))


@pytest.fixture
def copy(exported: Exported, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    for name in (EVENTS, LEAVES, HEADS):
        (tmp_path / name).write_bytes((exported.folder / name).read_bytes())
    return tmp_path


class Files:
    """The files of a copy, of which each change is undone by the next."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.whole = {name: (folder / name).read_bytes() for name in (EVENTS, LEAVES, HEADS)}
        self._capsys = capsys

    def verdict(self, changed: Mapping[str, bytes] = {}) -> Verdict:
        """What is said of the files, some of them changed."""
        for name, content in {**self.whole, **changed}.items():
            (self.folder / name).write_bytes(content)
        code = main([SIGNER.verifier.key, str(self.folder)])
        output = self._capsys.readouterr().out
        positions = {int(position): words for position, words in POSITION.findall(output)}
        return Verdict(code, positions, {int(line) for line in HEAD.findall(output)}, output)


@pytest.fixture
def files(copy: Path, capsys: pytest.CaptureFixture[str]) -> Files:
    return Files(copy, capsys)


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def change_of_event(exported: Exported, position: int, chance: random.Random) -> Stored:
    """The event with one bit changed of its stored bytes, its stream, version or position."""
    row = exported.events[position - 1]
    changed = [
        row._replace(state=flipped(row.state, chance.randrange(len(row.state) * 8))),
        row._replace(version=row.version ^ 1 << chance.randrange(20)),
        row._replace(position=row.position ^ 1 << chance.randrange(9, 20)),
        row._replace(stream=row.stream[:-1] + chr(ord(row.stream[-1]) ^ 1 << chance.randrange(4))),
    ]
    return chance.choice([changed[0], *changed])


def lines_with(exported: Exported, changed: Mapping[int, Stored]) -> bytes:
    return b"".join(event_line(changed.get(row.position, row)) for row in exported.events)


def test_what_was_not_changed_is_verified(files: Files, exported: Exported) -> None:
    verdict = files.verdict()
    assert (verdict.code, verdict.output) == (0, f"300 events under {len(exported.heads)} heads: verified\n")


def test_every_one_of_a_thousand_changes_is_found_where_it_is(files: Files, exported: Exported) -> None:
    chance = random.Random(16)
    for number in range(CHANGES):
        where = (EVENTS, LEAVES, HEADS)[number % 3]
        if where == EVENTS:
            position = chance.randrange(1, EVENTS_SIGNED + 1)
            verdict = files.verdict(
                {EVENTS: lines_with(exported, {position: change_of_event(exported, position, chance)})}
            )
            assert (verdict.code, verdict.positions) == (1, {position: "the event was changed"}), verdict.output
            assert verdict.heads == set()
            continue
        bit = chance.randrange(len(files.whole[where]) * 8)
        verdict = files.verdict({where: flipped(files.whole[where], bit)})
        if where == LEAVES:
            position = bit // 8 // 32 + 1
            assert (verdict.code, verdict.positions) == (1, {position: "the leaf was changed"}), verdict.output
            assert verdict.heads == set()
        else:
            line = files.whole[HEADS][: bit // 8].count(b"\n") + 1
            assert (verdict.code, verdict.positions) == (1, {}), verdict.output
            assert line in verdict.heads <= {line, line + 1}  # two lines may be made of one


def test_a_thousand_changes_at_once_are_each_named(files: Files, exported: Exported, tmp_path: Path) -> None:
    chance = random.Random(9162)
    many = export(tmp_path / "many", 6_000, chance)
    whole = Files(many.folder, files._capsys)
    positions = chance.sample(range(1, 6_001), 1_000)
    of_events, of_leaves = set(positions[:500]), set(positions[500:])
    leaves = whole.whole[LEAVES]
    for position in of_leaves:
        leaves = flipped(leaves, (position - 1) * 256 + chance.randrange(256))
    events = lines_with(many, {at: change_of_event(many, at, chance) for at in of_events})
    verdict = whole.verdict({EVENTS: events, LEAVES: leaves})
    assert (verdict.code, set(verdict.positions)) == (1, of_events | of_leaves)
    told = {at: words for at, words in verdict.positions.items() if words != "the event or its leaf was changed"}
    assert {at for at, words in told.items() if words == "the event was changed"} <= of_events
    assert {at for at, words in told.items() if words == "the leaf was changed"} <= of_leaves


def test_any_bit_changed_in_the_file_of_events_is_found(files: Files) -> None:
    chance = random.Random(1)
    for _ in range(200):
        bit = chance.randrange(len(files.whole[EVENTS]) * 8)
        verdict = files.verdict({EVENTS: flipped(files.whole[EVENTS], bit)})
        line = files.whole[EVENTS][: bit // 8].count(b"\n") + 1
        assert verdict.code == 1
        assert line in verdict.positions.keys() <= {line, line + 1}  # two lines may become one


def test_what_was_taken_out_moved_or_put_in_is_found(files: Files, exported: Exported) -> None:
    lines = files.whole[EVENTS].splitlines(keepends=True)
    assert set(files.verdict({EVENTS: b"".join(lines[:41] + lines[42:])}).positions) == {42}
    assert set(files.verdict({EVENTS: b"".join(lines[:-3])}).positions) == {298, 299, 300}
    assert files.verdict({EVENTS: b"".join([*lines, b"{}\n"])}).code == 1
    leaves = files.whole[LEAVES]
    assert set(files.verdict({LEAVES: leaves[:-32]}).positions) == {300}
    moved = leaves[:32] + leaves[64:96] + leaves[32:64] + leaves[96:]
    assert set(files.verdict({LEAVES: moved}).positions) == {2, 3}
    heads = files.whole[HEADS].splitlines(keepends=True)
    assert files.verdict({HEADS: b"".join(heads[:-1])}).code == 0, "what no head covers is not signed yet"
    assert files.verdict({HEADS: b"".join([*heads[1:], heads[0]])}).heads == {len(heads)}


def test_an_event_and_its_leaf_that_were_both_changed_to_agree_are_found(files: Files, exported: Exported) -> None:
    """Whoever has the log and the leaves, but not the key."""
    row = exported.events[99]._replace(state=b'{"id":"forged"}')
    leaves = bytearray(files.whole[LEAVES])
    leaves[99 * 32 : 100 * 32] = leaf_hash(row.position, row.stream, row.version, row.state)
    verdict = files.verdict({EVENTS: lines_with(exported, {100: row}), LEAVES: bytes(leaves)})
    first = max([size for size in exported.heads if size < 100], default=0) + 1
    last = min(size for size in exported.heads if size >= 100)
    assert verdict.code == 1
    assert f"positions {first} to {last}: the leaves are not those that were signed" in verdict.output


def test_another_key_verifies_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = NoteSigner(b"another secret of 32 characters!", SIGNER.verifier.name)
    assert main([other.verifier.key, str(copy)]) == 1
    assert "no genuine head covers the positions 1 to 300" in capsys.readouterr().out
    assert main([SIGNER.verifier.key[:-1], str(copy)]) == 1
    assert main([SIGNER.verifier.key]) == 2
    assert main([SIGNER.verifier.key, str(copy / "absent")]) == 2


def proof_of(exported: Exported, position: int) -> dict[str, Any]:
    row, tree = exported.events[position - 1], TreeFolder(exported.folder)
    return {
        "position": position,
        "stream": row.stream,
        "version": row.version,
        "state": b64encode(row.state).decode(),
        "hashes": [each.hex() for each in inclusion_proof(tree, position - 1, EVENTS_SIGNED)],
        "head": {"note": tree.newest_head()},
    }


@pytest.mark.parametrize("position", [1, 2, 255, 256, 257, 300])
def test_the_proof_of_one_event_is_verified_and_no_other(exported: Exported, tmp_path: Path, position: int) -> None:
    file, proof = tmp_path / "proof.json", proof_of(exported, position)

    def code(**changed: object) -> int:
        file.write_text(json.dumps(proof | changed))
        return main([SIGNER.verifier.key, str(file)])

    assert code() == 0
    state = b64encode(b64decode(proof["state"])[:-1] + b" ").decode()
    for changed in (
        {"position": position + 1},
        {"position": 0},
        {"stream": "order-x"},
        {"version": proof["version"] + 1},
        {"state": state},
        {"hashes": proof["hashes"][:-1]},
        {"hashes": proof["hashes"][::-1]},
        {"head": {"note": proof["head"]["note"].replace("300", "301")}},
    ):
        assert code(**changed) == 1, changed


def test_it_needs_nothing_of_the_shop_and_is_read_in_a_sitting() -> None:
    source = VERIFIER.read_text(encoding="utf-8")
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}
    assert source.count("\n") < 300

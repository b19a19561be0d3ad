#!/usr/bin/env python3
"""Verifies what `aioutlet audit export` and `aioutlet audit prove` have written, with none of the shop's code.

    python verify_log.py KEYS FOLDER         an export: its events against its hashes and heads
    python verify_log.py KEYS FOLDER TREE    the same against the hashes and heads of a second place
    python verify_log.py KEYS FILE           a proof that one event is in the log

KEYS is what `aioutlet audit key` prints, one or more; keep it where nobody can change it who can change the files. A
key that a head names as the next is known as well. Each line of the output names a position, a line of `heads`, or a
file, that was changed. Exit code 0: nothing was changed; 1: something was; 2: it cannot be told. Needs Python 3.10 and
`cryptography`.
"""

import base64
import contextlib
import hashlib
import itertools
import json
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EVENTS, HASHES, HEADS = "events.jsonl", "hashes-0", "heads"
SIZE = 32
MOST_GUESSED = 8
"""Changed positions under one head of which it is tried out whether the event or the leaf was changed."""
Head = tuple[int, bytes]
"""How many leaves are covered, and their root."""
Differing = dict[int, bytes | None]
"""Positions whose event does not give the leaf, each with what it gives if that is one."""


class Wrong(Exception):
    """Something is not what was written."""


def leaf_hash(position: int, stream: str, version: int, state: bytes) -> bytes:
    """Hash an event as the log defines it."""
    name = stream.encode()
    header = struct.pack(f">QI{len(name)}sQQ", position, len(name), name, version, len(state))
    return hashlib.sha256(b"\x00" + header + state).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into the one above (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The root over leaves that come one by one."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)

    def extended(self, leaves: Iterable[bytes]) -> "Tree":
        """Return the tree with more leaves."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, height = leaf, 0
            while size >> height & 1:
                node, height = node_hash(peaks.pop(), node), height + 1
            peaks.append(node)
            size += 1
        return Tree(size, peaks)

    def root(self) -> bytes:
        """Return the root of one leaf or more."""
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


class Key:
    """A key that verifies signed notes (C2SP signed-note)."""

    def __init__(self, text: str) -> None:
        self.name, key_hash, public = text.strip().split("+", 2)
        self.hash, raw = bytes.fromhex(key_hash), strict_base64(public)
        if hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4] != self.hash or raw[:1] != b"\x01":
            raise Wrong("KEYS has no key as `aioutlet audit key` prints it")
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])

    def open(self, note: str) -> tuple[Head, list[str]]:
        """Return size and root of a signed head, and the key that it names as the next, if any."""
        text, separator, signature = note.rpartition("\n\n")
        begins = f"\u2014 {self.name} "
        if not separator or not signature.startswith(begins) or not signature.endswith("\n"):
            raise Wrong("it is not signed with this key")
        raw = strict_base64(signature[len(begins) : -1])
        try:
            self.public.verify(raw[4:], (text + "\n").encode())
        except InvalidSignature:
            raise Wrong("it is not what was signed") from None
        origin, size, root, *more = text.split("\n")
        if (origin, raw[:4]) != (self.name, self.hash):
            raise Wrong("it is of another log or key")
        return (int(size), strict_base64(root)), [line.removeprefix("next-key ") for line in more]


class Keys:
    """The keys that are known."""

    def __init__(self, text: str) -> None:
        self.known = {each: Key(each) for each in text.split()}

    def open(self, note: str) -> Head:
        """Return a head that is signed with one of them, and know the key that it names."""
        for key in list(self.known.values()):
            with contextlib.suppress(Wrong):
                head, more = key.open(note)
                self.known.update((each, Key(each)) for each in more)
                return head
        raise Wrong("it is not what was signed with a key that is known")


def strict_base64(text: str) -> bytes:
    """Decode Base64 of which no bit could be another."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong("it is no Base64") from None
    if base64.b64encode(found).decode() != text:
        raise Wrong("its Base64 is not what was written")
    return found


def strict_json(line: bytes, **form: Any) -> Any:
    """Decode a line of JSON of which no bit could be another."""
    try:
        found = json.loads(line)
        is_same = json.dumps(found, ensure_ascii=False, **form).encode() + b"\n" == line
    except ValueError:
        is_same = False
    if not is_same:
        raise Wrong("it is not what was written")
    return found


def read_event(line: bytes) -> tuple[int, bytes]:
    """Return the position of an event and its leaf."""
    row = strict_json(line, separators=(",", ":"))
    try:
        state = strict_base64(row["state"])
        return row["position"], leaf_hash(row["position"], row["stream"], row["version"], state)
    except (AttributeError, KeyError, TypeError, struct.error):
        raise Wrong("it is no event") from None


def read_leaves(path: Path) -> list[bytes]:
    """Return all leaves; an incomplete one at the end is none."""
    found = path.read_bytes()
    return [found[at : at + SIZE] for at in range(0, len(found) - SIZE + 1, SIZE)]


def compare_events(path: Path, leaves: list[bytes]) -> tuple[Differing, list[str]]:
    """Return the positions whose event does not give the leaf, each with what it gives if that is one, and findings.

    Events after the last leaf are not signed yet.
    """
    is_found, others, findings = bytearray(len(leaves) + 1), dict[int, bytes](), list[str]()
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                position, leaf = read_event(line)
            except Wrong:
                findings.append(f"{path.name}, line {number}: it is not what was written")
                continue
            if position > len(leaves):
                continue
            if position < 1:
                findings.append(f"{path.name}, line {number}: no event has the position {position}")
            elif leaf == leaves[position - 1]:
                is_found[position] = 1
            else:
                others[position] = leaf
    return {at: others.get(at) for at in range(1, len(leaves) + 1) if not is_found[at]}, findings


def read_heads(path: Path, keys: Keys) -> tuple[list[Head], list[str]]:
    """Return (size, root) of every head that is genuine, and a finding for each that is not."""
    heads, findings = list[Head](), list[str]()
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                heads.append(later(keys.open(strict_json(line)), heads))
            except (Wrong, AttributeError, ValueError) as wrong:
                why = wrong if isinstance(wrong, Wrong) else "it is not what was written"
                findings.append(f"{path.name}, line {number}: {why}")
    return heads, findings


def later(head: Head, heads: list[Head]) -> Head:
    """Return a head that covers more than those before it."""
    if heads and head[0] <= heads[-1][0]:
        raise Wrong("it covers no more than the one before")
    return head


def candidates(leaves: list[bytes], first: int, differing: Differing) -> Iterator[tuple[list[bytes], list[int]]]:
    """Yield what the leaves from `first` on may have been, each with the positions of leaves that were changed."""
    yield leaves, []
    given = [(at, leaf) for at, leaf in differing.items() if leaf is not None]
    ways = range(1, len(given) + 1) if len(given) <= MOST_GUESSED else [len(given)]
    for some in itertools.chain.from_iterable(itertools.combinations(given, count) for count in reversed(ways)):
        mended = list(leaves)
        for at, leaf in some:
            mended[at - first] = leaf
        yield mended, [at for at, _ in some]


def judge(leaves: list[bytes], heads: list[Head], differing: Differing) -> list[str]:
    """Say of each position that was changed what it was, as far as the heads tell."""
    tree, findings, is_lost = Tree(), list[str](), False
    what = dict.fromkeys(differing, "the event or its leaf was changed")
    for size, root in heads:
        first, group = tree.size + 1, leaves[tree.size : size]
        if len(group) < size - tree.size:
            missing = range(len(leaves) + 1, size + 1)
            findings += [f"position {at}: its leaf is missing" for at in missing]
            break
        here = {at: differing[at] for at in range(first, size + 1) if at in differing} if differing else {}
        if is_lost:
            continue
        for mended, changed in candidates(group, first, here):
            grown = tree.extended(mended)
            if grown.root() == root:
                what.update((at, f"the {'leaf' if at in changed else 'event'} was changed") for at in here)
                tree = grown
                break
        else:
            is_lost = True
            if not here:
                findings.append(f"positions {first} to {size}: the leaves are not those that were signed")
            findings.append(f"from position {first} on, the heads do not tell events and leaves apart")
    return [f"position {at}: {words}" for at, words in what.items()] + findings


def verify_export(keys: Keys, folder: Path, tree: Path) -> tuple[list[str], str]:
    """Return a line for each thing that was changed, and one about everything."""
    heads, of_heads = read_heads(tree / HEADS, keys)
    size, leaves = heads[-1][0] if heads else 0, read_leaves(tree / HASHES)
    if not of_heads:
        leaves = leaves[:size]  # the rest is not signed yet
    differing, of_events = compare_events(folder / EVENTS, leaves)
    findings = judge(leaves, heads, differing) + of_events + of_heads
    if len(leaves) > size:
        findings.append(f"no genuine head covers the positions {size + 1} to {len(leaves)}")
    return findings, f"{size} events under {len(heads)} heads"


def verify_proof(keys: Keys, path: Path) -> tuple[list[str], str]:
    """Return a line for each thing that is wrong with a proof, and one about everything."""
    proof = json.loads(path.read_bytes())
    position, state = proof["position"], strict_base64(proof["state"])
    size, root = keys.open(proof["head"]["note"])
    node, place, last = leaf_hash(position, proof["stream"], proof["version"], state), position - 1, size - 1
    for each in map(bytes.fromhex, proof["hashes"]):
        if place & 1 or place == last:
            node = node_hash(each, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, each)
        place, last = place >> 1, last >> 1
    is_proved = 0 < position <= size and not last and node == root
    return (
        [] if is_proved else [f"position {position}: this event is not in the log that was signed"],
        f"the event at position {position} is in the log of {size} events",
    )


def main(arguments: list[str]) -> int:
    """Verify what is named, print what was found, and return the exit code."""
    if len(arguments) not in (2, 3):
        sys.stderr.write(__doc__ or "")
        return 2
    path = Path(arguments[1])
    try:
        keys = Keys(arguments[0])
        verified = verify_export(keys, path, Path(arguments[-1])) if path.is_dir() else verify_proof(keys, path)
    except (OSError, Wrong, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"it cannot be verified: {error}\n")
        return 1 if isinstance(error, Wrong) else 2
    findings, words = verified
    sys.stdout.write("".join(f"{line}\n" for line in findings))
    count = f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"
    sys.stdout.write(f"{words}: {count if findings else 'verified'}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

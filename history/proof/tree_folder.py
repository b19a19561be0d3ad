"""A tree in a folder: `hashes-0` has all leaves, `hashes-1` what is over 256 of them each, `heads` a note a line."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from history.proof.frontier import Levels
from history.proof.signed_note import text_of
from history.proof.tree_head import TreeDamaged, TreeHead
from history.proof.tree_store import HASH, TreeStore, missing, split_hashes

KEYS, HEADS, HASHES = "key", "heads", "hashes-{}"
LONGEST = 4_096
"""Bytes of a line of `heads`, at most."""


class TreeFolder(TreeStore):
    """Its files only grow; what no head covers, a signer that was killed left behind, and the next one cuts it off."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._durable = frozenset[str]()
        """The names of the files whose entries in the folder are known to be on the disk."""

    def keys(self) -> list[str]:
        try:
            return (self._folder / KEYS).read_text().split()
        except FileNotFoundError:
            return []

    def newest_head(self) -> str | None:
        try:
            with (self._folder / HEADS).open("rb") as heads:
                return _last_note(heads)
        except FileNotFoundError:
            return None

    def heads(self) -> Iterator[str]:
        try:
            with (self._folder / HEADS).open("rb") as heads:
                yield from (_note_of(line) for line in heads if line.endswith(b"\n"))
        except FileNotFoundError:
            return

    def hashes(self, level: int, first: int, end: int) -> list[bytes]:
        try:
            with (self._folder / HASHES.format(level)).open("rb") as file:
                found = os.pread(file.fileno(), (end - first) * HASH, first * HASH)
        except FileNotFoundError:
            found = b""
        if len(found) < (end - first) * HASH:
            raise missing(level, end)
        return split_hashes(found)

    def add(self, size: int, levels: Levels, note: str, key: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked() as heads:
            if new := self._new_keys(self.keys(), note, key):
                self._append_keys(new)
            if additions := self._additions(self._size(heads), size, levels):
                for addition in additions:
                    self._append(*addition)
                heads.write(head_line(note))
                _sync(heads)

    def _size(self, heads: IO[bytes]) -> int:
        """Return how many leaves the newest head covers, and cut off a line that was not written to its end."""
        note = _last_note(heads)
        heads.truncate(heads.seek(_end_of_lines(heads)))
        return TreeHead.of_text(text_of(note)).size if note else 0

    def _append(self, level: int, first: int, hashes: list[bytes]) -> None:
        """Append hashes where those end that the newest head covers."""
        with (self._folder / HASHES.format(level)).open("ab") as file:
            if file.tell() < first * HASH:
                raise missing(level, first)
            file.truncate(first * HASH)
            file.write(b"".join(hashes))
            _sync(file)

    def _append_keys(self, keys: list[str]) -> None:
        with (self._folder / KEYS).open("a") as file:
            file.writelines(f"{key}\n" for key in keys)
            _sync(file)

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        """Keep others from adding while the context is open."""
        with (self._folder / HEADS).open("a+b") as heads:
            fcntl.flock(heads, fcntl.LOCK_EX)
            yield heads
            names = frozenset(each.name for each in self._folder.iterdir())
            if not names <= self._durable:
                _sync_folder(self._folder)
                self._durable = names


def head_line(note: str) -> bytes:
    """Return the line of a signed head."""
    return json.dumps(note, ensure_ascii=False).encode() + b"\n"


def _end_of_lines(heads: IO[bytes]) -> int:
    end = heads.seek(0, os.SEEK_END)
    start = heads.seek(max(0, end - LONGEST))
    return start + heads.read().rfind(b"\n") + 1


def _last_note(heads: IO[bytes]) -> str | None:
    end = _end_of_lines(heads)
    start = heads.seek(max(0, end - LONGEST))
    lines = heads.read(end - start).splitlines()
    return _note_of(lines[-1]) if lines else None


def _note_of(line: bytes) -> str:
    try:
        note = json.loads(line)
    except ValueError as error:
        raise TreeDamaged("a tree head cannot be read") from error
    if not isinstance(note, str):
        raise TreeDamaged("a tree head cannot be read")
    return note


def _sync(file: IO[str] | IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

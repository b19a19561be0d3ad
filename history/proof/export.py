"""Writes the log and its proof as files that others verify without our code."""

import asyncio
import json
import shutil
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from event_store.reading import EventReader
from history.proof.leaves import READ_AT_ONCE, read_rows
from history.proof.signed_note import text_of
from history.proof.tree_folder import HASHES, HEADS, KEYS, head_line
from history.proof.tree_head import TreeDamaged, TreeHead
from history.proof.tree_store import TreeStore
from schemas.codec import Stored

EVENTS = "events.jsonl"
VERIFIER = Path(__file__).parents[1] / "verifier" / "verify_log.py"
Progress = Callable[[int, int], None]
"""Told how many events have been written, and of how many."""


async def export_log(
    reader: EventReader, store: TreeStore, folder: Path, *, progress: Progress = lambda *_: None
) -> int:
    """Write what is signed of the log into a new folder, with its proof and the verifier; return how many events.

    Raises:
        TreeDiffers: The log is shorter.
        TreeDamaged: Nothing is signed yet, or leaves are missing.
        FileExistsError: The folder is there already.
        Unavailable: The log does not answer.
        OSError: Something cannot be written.
    """
    size, written = await asyncio.to_thread(_export_tree, store, folder), 0
    with (folder / EVENTS).open("wb") as events:
        async for rows in read_rows(reader, 0, size):
            events.writelines(map(event_line, rows))
            progress(written := written + len(rows), size)
    return size


def event_line(stored: Stored) -> bytes:
    """Return the line of an event: what its leaf covers, the stored bytes in Base64."""
    row = {
        "position": stored.position,
        "stream": stored.stream,
        "version": stored.version,
        "state": b64encode(stored.state).decode(),
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _export_tree(store: TreeStore, folder: Path) -> int:
    """Make the folder; write keys, verifier, heads and the leaves under the newest of them; return how many."""
    notes, keys = list(store.heads()), store.keys()
    if not notes or not keys:
        raise TreeDamaged("nothing of the log is signed yet")
    size = TreeHead.of_text(text_of(notes[-1])).size
    folder.mkdir(parents=True)
    (folder / HEADS).write_bytes(b"".join(map(head_line, notes)))
    (folder / KEYS).write_text("".join(f"{key}\n" for key in keys))
    shutil.copyfile(VERIFIER, folder / VERIFIER.name)
    with (folder / HASHES.format(0)).open("wb") as leaves:
        for first in range(0, size, READ_AT_ONCE):
            leaves.writelines(store.hashes(0, first, min(size, first + READ_AT_ONCE)))
    return size

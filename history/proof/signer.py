"""Follows the log, adds its leaves to the tree in the second place, and signs the tree's head."""

import asyncio
import time
from collections.abc import Callable

from event_store.reading import EventReader
from history.proof.frontier import Frontier
from history.proof.head_signer import HeadSigner
from history.proof.leaves import READ_AT_ONCE, differing, leaves_of, read_rows
from history.proof.tree import read_frontier
from history.proof.tree_head import TreeDamaged, origin_of
from history.proof.tree_store import TreeDiffers, TreeStore

BETWEEN = 0.4
"""Seconds from one head to the next, however long each takes: what is appended meanwhile is signed together."""
SIGNED_AT_ONCE = 10_000
"""Events under one head at most: on a busy disk each head waits for its hashes to be written, and then for itself."""
IDLE = 1.0
"""Seconds without a new event, after which old ones are compared."""
Signed = Callable[[int], None]
"""Told of the position up to which the log is signed."""


class LogSigner:
    """Signs the log, which it only reads; how far it is, the second place says.

    It goes on where another has ended, and any number of them may run at once.
    """

    def __init__(
        self,
        reader: EventReader,
        store: TreeStore,
        secret: bytes,
        *,
        old_secret: bytes | None = None,
        signed: Signed = lambda _: None,
    ) -> None:
        """Take the secret of the key, and that of the key before while no head has named the new one."""
        self._reader = reader
        self._store = store
        self._secret, self._old_secret = secret, old_secret
        self._signed = signed
        self._compared = 0

    async def run(self) -> None:
        """Sign what is appended, within a second, until cancelled; where nothing is, compare what was signed before.

        Raises:
            TreeDiffers: The log is not what was signed; no head is signed over it.
            TreeDamaged: What the second place has is not what was written, or of another log or key.
            Unavailable: The log does not answer.
            OSError: Nor does the second place.
        """
        log_id = await self._reader.log_id()
        signer = HeadSigner(origin_of(log_id), self._secret, self._old_secret)
        frontier = await asyncio.to_thread(open_frontier, self._store, signer)
        while True:
            await self._compare_end(frontier.size)
            self._signed(frontier.size)
            head = await self._reader.wait_past(frontier.size, timeout=IDLE)
            if head <= frontier.size:
                await self._compare_next(frontier.size)
                continue
            began = time.monotonic()
            while frontier.size < head:
                frontier = await self._sign(frontier, signer, min(head, frontier.size + SIGNED_AT_ONCE))
            await asyncio.sleep(began + BETWEEN - time.monotonic())

    async def _sign(self, frontier: Frontier, signer: HeadSigner, until: int) -> Frontier:
        """Add the next events, and sign a head over them."""
        leaves = [leaf async for rows in read_rows(self._reader, frontier.size, until) for leaf in leaves_of(rows)]
        grown, levels = frontier.extend(leaves)
        await asyncio.to_thread(self._store.add, frontier.size, levels, *signer.sign(grown))
        if signer.is_handing_over:
            signer.open(await asyncio.to_thread(self._store.newest_head))
        self._signed(grown.size)
        return grown

    async def _compare_end(self, size: int) -> None:
        """Compare the newest event that is signed: a log of which an older copy was put back has another, or none."""
        if size:
            await self._compare(size - 1, size)

    async def _compare_next(self, size: int) -> None:
        """Compare some more of what is signed, from the beginning again after the end."""
        if self._compared >= size:
            self._compared = 0
        until = min(size, self._compared + READ_AT_ONCE)
        if until:
            await self._compare(self._compared, until)
        self._compared = until

    async def _compare(self, after: int, until: int) -> None:
        leaves = await asyncio.to_thread(self._store.hashes, 0, after, until)
        if positions := await differing(self._reader, leaves, after):
            raise TreeDiffers(positions)


def open_frontier(store: TreeStore, signer: HeadSigner) -> Frontier:
    """Return where the signed tree ends.

    Raises:
        TreeDamaged: Its newest head is of another log or key, or its hashes have another root.
    """
    if (head := signer.open(store.newest_head())) is None:
        return Frontier()
    frontier = read_frontier(store, head.size)
    if frontier.root != head.root:
        raise TreeDamaged(f"the hashes of the tree have another root than its head of {head.size} leaves")
    return frontier

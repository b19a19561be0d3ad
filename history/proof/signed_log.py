"""The signed log, as those ask it who want proofs: what is not signed yet is not proved."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from event_store.reading import EventReader
from history.proof.event_ids import find_event
from history.proof.key_ring import KeyRing
from history.proof.leaves import differing, leaf_of
from history.proof.spans import Span
from history.proof.tree import consistency_proof, inclusion_proof, read_root
from history.proof.tree_head import TreeDamaged
from history.proof.tree_store import TreeStore
from history.search import read_stored
from schemas.errors import Invalid, NotFound, Unavailable
from schemas.log_proof import ConsistencyProof, InclusionProof, LogComparison, SignedHead

T = TypeVar("T")
P = ParamSpec("P")


class SignedLog:
    """Asks a reader and the second place."""

    def __init__(self, reader: EventReader, store: TreeStore) -> None:
        self._reader = reader
        self._store = store

    async def head(self) -> SignedHead:
        """Return the newest head.

        Raises:
            Unavailable: Nothing is signed yet, or the second place cannot be read.
        """
        return await _read(self._head)

    async def prove_event(self, position: int) -> InclusionProof:
        """Return the proof that an event is in the log.

        Raises:
            NotFound: The log has no such position.
            Unavailable: It is not signed yet, or the second place cannot be read.
        """
        stored = await read_stored(self._reader, position)
        head = await self.head()
        if position > head.size:
            raise Unavailable(f"position {position} is not signed yet", position=position)
        return InclusionProof(
            position=position,
            stream=stored.stream,
            version=stored.version,
            state=b64encode(stored.state).decode(),
            leaf=leaf_of(stored).hex(),
            hashes=_hex(await _read(inclusion_proof, self._store, position - 1, head.size)),
            head=head,
        )

    async def position_of(self, event_id: str) -> int:
        """Return the position of the event with an id.

        Raises:
            NotFound: None of those that were looked at has it.
        """
        if (position := await find_event(self._reader, event_id)) is None:
            raise NotFound(f"no event {event_id} was found; ask by its position", id=event_id)
        return position

    async def prove_growth(self, old: int, new: int | None) -> ConsistencyProof:
        """Return the proof that the log of `new` events, by default all that are signed, begins with the `old` ones.

        Raises:
            Invalid: They are not in this order, or fewer are signed.
            Unavailable: The second place cannot be read.
        """
        head = await self.head()
        size = head.size if new is None else new
        if not 0 < old <= size <= head.size:
            raise Invalid(f"the sizes are from 1 to {head.size}, the old one first")
        return ConsistencyProof(
            old_size=old,
            old_root=(await _read(read_root, self._store, Span(0, old))).hex(),
            new_size=size,
            new_root=(await _read(read_root, self._store, Span(0, size))).hex(),
            hashes=_hex(await _read(consistency_proof, self._store, old, size)),
            head=head,
        )

    async def compare(self, first: int, last: int) -> LogComparison:
        """Compare events with their leaves, as far as they are signed.

        Raises:
            Unavailable: The second place cannot be read.
        """
        head = await self.head()
        last = min(last, head.size)
        leaves = await _read(self._store.hashes, 0, first - 1, last) if first <= last else []
        positions = await differing(self._reader, leaves, first - 1)
        return LogComparison(first=first, last=last, differing=positions, head=head)

    def _head(self) -> SignedHead:
        note, keys = self._store.newest_head(), self._store.keys()
        if note is None:
            raise Unavailable("nothing of the log is signed yet")
        head, key = KeyRing.of_keys(keys).open_signed(note)
        return SignedHead(origin=head.origin, size=head.size, root=head.root.hex(), note=note, key=key)


async def _read(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Read the second place in a thread."""
    try:
        return await asyncio.to_thread(read, *args, **kwargs)
    except (TreeDamaged, OSError) as error:
        raise Unavailable("the second place of the log's proof cannot be read") from error


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]

"""The hashes of a Merkle tree (RFC 6962, 2.1): leaves come hashed, and two nodes make the one above them."""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over these leaves, or over subtrees of one size of which the last may be smaller."""
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else ()
        hashes = [*map(node_hash, hashes[::2], hashes[1::2]), *odd]
    return hashes[0] if hashes else EMPTY_ROOT


def split(size: int) -> int:
    """Return how many of `size` leaves, two or more, are on the left: the largest power of two below it."""
    return 1 << (size - 1).bit_length() - 1

"""Proofs that an event is in the log, and that the log has only grown, as the shop answers them."""

from schemas.message import Message

MAX_COMPARED = 1_000
"""Events in one comparison."""


class SignedHead(Message):
    """The signed head of the tree over the first `size` events.

    `note` is what was signed with its signature (C2SP signed-note), and `key` verifies it; trust one that you kept, not
    this. `origin` names the log, and `root` is the tree's root in hex.
    """

    origin: str
    size: int
    root: str
    note: str
    key: str


class InclusionProof(Message):
    """The proof that an event is in the log of which `head` was signed.

    The leaf is the hash over position, stream, version and `state`, the exact stored bytes in Base64; `hashes` lead
    from it to the root of the head (RFC 6962, 2.1.1). `leaf` and these are in hex.
    """

    position: int
    stream: str
    version: int
    state: str
    leaf: str
    hashes: list[str]
    head: SignedHead


class ConsistencyProof(Message):
    """The proof that the tree over `new_size` events begins with that over `old_size` (RFC 6962, 2.1.2); all in hex."""

    old_size: int
    old_root: str
    new_size: int
    new_root: str
    hashes: list[str]
    head: SignedHead


class LogComparison(Message):
    """The events from `first` to `last` beside their leaves in the second place: those at `differing` were changed.

    What is not signed yet was not compared; `head` is the newest one that was.
    """

    first: int
    last: int
    differing: list[int]
    head: SignedHead

"""Signs the heads of one log, and hands them over from one key to the next."""

from history.proof.frontier import Frontier
from history.proof.key_ring import KeyRing
from history.proof.signed_note import NoteSigner
from history.proof.tree_head import TreeHead


class HeadSigner:
    """Signs with the new key; where there is an older one, that signs until a head of its own names the new one."""

    def __init__(self, origin: str, secret: bytes, old_secret: bytes | None = None) -> None:
        self._origin = origin
        self._new = NoteSigner(secret, origin)
        self._old = NoteSigner(old_secret, origin) if old_secret else None

    @property
    def is_handing_over(self) -> bool:
        """Whether no head has named the new key yet."""
        return self._old is not None

    def open(self, newest: str | None) -> TreeHead | None:
        """Return the newest head of the log, and sign with the new key alone once it is signed with it or names it.

        Raises:
            TreeDamaged: It is signed with neither key.
        """
        if newest is None:
            self._old = None
            return None
        ring = KeyRing(each.verifier for each in (self._new, self._old) if each)
        head, key = ring.open_signed(newest)
        if self._new.verifier.key in (key, head.next_key):
            self._old = None
        return head

    def sign(self, frontier: Frontier) -> tuple[str, str]:
        """Return the note of the head of a tree, and the key that verifies it."""
        signer, next_key = (self._old, self._new.verifier.key) if self._old else (self._new, None)
        head = TreeHead(self._origin, frontier.size, frontier.root, next_key)
        return signer.sign(head.text), signer.verifier.key

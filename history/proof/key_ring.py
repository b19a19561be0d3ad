"""The keys by which the heads of one log are verified: those that are known, and those that a head names after them."""

from collections.abc import Iterable

from history.proof.signed_note import NoteVerifier
from history.proof.tree_head import TreeDamaged, TreeHead


class KeyRing:
    """Grows by each key that a head names, if it is signed by one that is known."""

    def __init__(self, verifiers: Iterable[NoteVerifier]) -> None:
        self._verifiers = {each.key: each for each in verifiers}

    @classmethod
    def of_keys(cls, keys: Iterable[str]) -> "KeyRing":
        """Read keys as `NoteVerifier.key` writes them.

        Raises:
            TreeDamaged: One is nothing that it writes.
        """
        return cls(map(NoteVerifier.of_key, keys))

    @property
    def keys(self) -> list[str]:
        """The keys, in the order in which they became known."""
        return list(self._verifiers)

    def open(self, note: str) -> TreeHead:
        """Return a head.

        Raises:
            TreeDamaged: It was not signed with a key that is known, or changed since.
        """
        return self.open_signed(note)[0]

    def open_signed(self, note: str) -> tuple[TreeHead, str]:
        """Return a head and the key that it was signed with.

        Raises:
            TreeDamaged: It was not signed with a key that is known, or changed since.
        """
        fault = TreeDamaged("no key is known that verifies a tree head")
        for key, verifier in self._verifiers.items():
            try:
                head = TreeHead.of_text(verifier.open(note))
            except TreeDamaged as refusal:
                fault = refusal
                continue
            if head.next_key:
                self._verifiers.setdefault(head.next_key, NoteVerifier.of_key(head.next_key))
            return head, key
        raise fault

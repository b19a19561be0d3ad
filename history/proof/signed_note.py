"""Text with a signature that others can verify (C2SP signed-note, Ed25519)."""

import hashlib
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from history.proof.tree_head import TreeDamaged

ED25519 = b"\x01"
PURPOSE = b"aioutlet: heads of the log's tree"
SEPARATOR, SIGNED_BY = "\n\n", "\u2014 "


class NoteSigner:
    """Signs in the name of one log; its key follows from a secret of any length."""

    def __init__(self, secret: bytes, name: str) -> None:
        seed = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = NoteVerifier(name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the note of a text, which ends with a newline."""
        signature = b64encode(self.verifier.key_hash + self._private.sign(text.encode())).decode()
        return f"{text}\n{SIGNED_BY}{self.verifier.name} {signature}\n"


class NoteVerifier:
    """Verifies what was signed in the name of one log."""

    def __init__(self, name: str, public_key: bytes) -> None:
        self.name = name
        self._public_key = public_key
        self.key_hash = hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]

    @property
    def key(self) -> str:
        """The key as text, by which everybody else verifies."""
        return f"{self.name}+{self.key_hash.hex()}+{b64encode(ED25519 + self._public_key).decode()}"

    @classmethod
    def of_key(cls, key: str) -> "NoteVerifier":
        """Read what `key` wrote.

        Raises:
            TreeDamaged: It is nothing that `key` writes.
        """
        name, _, rest = key.partition("+")
        try:
            verifier = cls(name, b64decode(rest.partition("+")[2], validate=True)[1:])
        except ValueError as error:
            raise TreeDamaged("a key cannot be read") from error
        if verifier.key != key:
            raise TreeDamaged("a key cannot be read")
        return verifier

    def open(self, note: str) -> str:
        """Return the text of a note.

        Raises:
            TreeDamaged: It was not signed with this key, or changed since.
        """
        text, signatures = text_of(note), note.rpartition(SEPARATOR)[2]
        begins = f"{SIGNED_BY}{self.name} "
        if not signatures.startswith(begins) or not signatures.endswith("\n"):
            raise TreeDamaged(f"a tree head is not signed by {self.name}")
        if not self._verifies(signatures.removeprefix(begins).removesuffix("\n"), text):
            raise TreeDamaged(f"a tree head is not signed by {self.name}")
        return text

    def _verifies(self, encoded: str, text: str) -> bool:
        """Whether this is the only way to write a signature of a text in Base64."""
        try:
            signature = b64decode(encoded, validate=True)
            Ed25519PublicKey.from_public_bytes(self._public_key).verify(signature[4:], text.encode())
        except (InvalidSignature, ValueError):
            return False
        return b64encode(signature).decode() == encoded and signature[:4] == self.key_hash


def text_of(note: str) -> str:
    """Return the text of a note, whoever has signed it."""
    return f"{note.rpartition(SEPARATOR)[0]}\n"

"""The master key: what it wraps is kept in the store, itself it is only in the settings."""

import os
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from identity.derivation import KEY_BYTES, derive
from schemas.errors import Unavailable

MIN_BYTES = 32
NONCE_BYTES = 12


class MasterKey:
    """Wraps other keys by AES-256-GCM (NIST SP 800-38D), each bound to its name."""

    def __init__(self, secret: bytes, *, old: bytes | None = None) -> None:
        """Take at least 32 random bytes; what `old`, the master key before, has wrapped is unwrapped too.

        Raises:
            ValueError: They are fewer.
        """
        if any(len(each) < MIN_BYTES for each in (secret, old) if each is not None):
            raise ValueError(f"the master key needs at least {MIN_BYTES} bytes")
        self.origin = secret if old is None else old
        """What the root key is made of, where there is none yet."""
        self.id = derive(secret, "master key id")[:8].hex()
        """A name that tells master keys apart and nothing of them."""
        self._ciphers = [AESGCM(derive(each, "wrapping")) for each in (secret, old) if each is not None]

    def wrap(self, name: str, key: bytes) -> bytes:
        """Return `key` wrapped; only under the same name it is unwrapped again."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, key, name.encode())

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """Return what was wrapped under this name.

        Raises:
            Unavailable: It was wrapped by another master key, under another name, or changed.
        """
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):
                return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name.encode())
        raise Unavailable("a key was wrapped by another master key, or changed")


def random_key() -> bytes:
    """Return a new key of 256 bits."""
    return os.urandom(KEY_BYTES)

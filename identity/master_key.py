"""The master key: what it wraps is kept in the store, itself it is only in the settings."""

import os
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from identity.derivation import KEY_BYTES, derive
from schemas.errors import Unavailable

MIN_BYTES = 32
NONCE_BYTES = 12


class MasterKey:
    """Wraps other keys by AES-256-GCM (NIST SP 800-38D), each bound to its name."""

    def __init__(self, secret: bytes) -> None:
        """Take at least 32 random bytes.

        Raises:
            ValueError: They are fewer.
        """
        if len(secret) < MIN_BYTES:
            raise ValueError(f"the master key needs at least {MIN_BYTES} bytes")
        self.secret = secret
        self._cipher = AESGCM(derive(secret, "wrapping"))

    @cached_property
    def id(self) -> str:
        """A name that tells master keys apart and nothing of them."""
        return derive(self.secret, "master key id")[:8].hex()

    def wrap(self, name: str, key: bytes) -> bytes:
        """Return `key` wrapped; only under the same name it is unwrapped again."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, name.encode())

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """Return what was wrapped under this name.

        Raises:
            Unavailable: It was wrapped by another master key, under another name, or changed.
        """
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise Unavailable("a key was wrapped by another master key, or changed") from error


def random_key() -> bytes:
    """Return a new key of 256 bits."""
    return os.urandom(KEY_BYTES)

"""Personal fields sealed per person, so that the log holds only ciphertext and erasing a key erases the person.

AES-256-GCM (NIST SP 800-38D) in the wire form of `schemas/sealed.py`. Until accounts bring stored subject keys, each
subject's key is derived from one development key by HKDF-SHA256 (RFC 5869).
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from time import monotonic
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.errors import Poison
from schemas.sealed import Sealed

KEY_ID = "dev"
SHORTEST_MASTER_KEY = 32
_KEY_BYTES = 32
_NONCE_BYTES = 12
KEPT, MOST_KEPT = 5.0, 4_096
"""Seconds for which a person's key is at hand, and of how many people at most: the key of one who is erased is gone
as soon."""


class _Cipher(NamedTuple):
    cipher: AESGCM
    until: float


class Sealer:
    """Seals and opens personal fields; holds the master key, and a person's for `KEPT` seconds."""

    def __init__(self, master_key: bytes) -> None:
        """Take the development key, at least 32 bytes of chance.

        Raises:
            ValueError: It is shorter.
        """
        if len(master_key) < SHORTEST_MASTER_KEY:
            raise ValueError(f"the master key needs at least {SHORTEST_MASTER_KEY} bytes")
        self._master_key = master_key
        self._fingerprint_key = self._key("fingerprint")
        # With cachetools.TTLCache, a look-up takes a third of the time of sealing.
        self._ciphers: dict[str, _Cipher] = {}

    def seal(self, subject: str, text: str) -> Sealed:
        """Seal `text` so that only the holder of the key of `subject` reads it; twice never looks the same."""
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._cipher(subject).encrypt(nonce, text.encode(), subject.encode())
        return Sealed(subject=subject, key=KEY_ID, nonce=_base64url(nonce), text=_base64url(ciphertext))

    def open(self, sealed: Sealed) -> str:
        """Read what `seal` wrote.

        Raises:
            Poison: It was changed, belongs to somebody else, or its key is gone.
        """
        if sealed.key != KEY_ID:
            raise Poison(f"no key {sealed.key} for {sealed.subject}")
        try:
            nonce, ciphertext = _bytes(sealed.nonce), _bytes(sealed.text)
            return self._cipher(sealed.subject).decrypt(nonce, ciphertext, sealed.subject.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Poison(f"a field of {sealed.subject} does not open") from error

    def fingerprint(self, data: bytes) -> bytes:
        """HMAC-SHA256 of `data` under a key of its own: equal bytes are known again, and nothing else is told."""
        return hmac.digest(self._fingerprint_key, data, "sha256")

    def _cipher(self, subject: str) -> AESGCM:
        held = self._ciphers.get(subject)
        if held is None or held.until <= monotonic():
            held = self._derived(subject)
        return held.cipher

    def _derived(self, subject: str) -> _Cipher:
        derived = _Cipher(AESGCM(self._key(f"subject {KEY_ID} {subject}")), monotonic() + KEPT)
        self._ciphers.pop(subject, None)
        if len(self._ciphers) >= MOST_KEPT:
            self._ciphers.pop(next(iter(self._ciphers)))
        self._ciphers[subject] = derived
        return derived

    def _key(self, purpose: str) -> bytes:
        info = f"aioutlet {purpose}".encode()
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(self._master_key)


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

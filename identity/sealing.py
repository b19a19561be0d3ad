"""Personal fields encrypted per person: the log holds only ciphertext, and erasing a key erases the person's data.

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
MIN_MASTER_KEY_BYTES = 32
_KEY_BYTES = 32
_NONCE_BYTES = 12
KEY_LIFETIME = 5.0
"""Seconds for which a person's key is cached, and so can still be used after it was erased."""
MAX_CACHED_KEYS = 4_096


class _Cipher(NamedTuple):
    cipher: AESGCM
    expires_at: float


class Sealer:
    """Seals and opens personal fields; holds the master key, and caches the keys of persons."""

    def __init__(self, master_key: bytes) -> None:
        """Take the development key, at least 32 random bytes.

        Raises:
            ValueError: It is shorter.
        """
        if len(master_key) < MIN_MASTER_KEY_BYTES:
            raise ValueError(f"the master key needs at least {MIN_MASTER_KEY_BYTES} bytes")
        self._master_key = master_key
        self._fingerprint_key = self._derive_key("fingerprint")
        # With cachetools.TTLCache a look-up takes a third of the time of sealing.
        self._ciphers: dict[str, _Cipher] = {}

    def seal(self, subject: str, text: str) -> Sealed:
        """Encrypt `text` with the key of `subject`; the same text gives another ciphertext every time."""
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._cipher(subject).encrypt(nonce, text.encode(), subject.encode())
        return Sealed(subject=subject, key=KEY_ID, nonce=_encode(nonce), text=_encode(ciphertext))

    def open(self, sealed: Sealed) -> str:
        """Decrypt what `seal` returned.

        Raises:
            Poison: It was changed, belongs to another subject, or its key is gone.
        """
        if sealed.key != KEY_ID:
            raise Poison(f"no key {sealed.key} for {sealed.subject}")
        try:
            nonce, ciphertext = _decode(sealed.nonce), _decode(sealed.text)
            return self._cipher(sealed.subject).decrypt(nonce, ciphertext, sealed.subject.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Poison(f"a field of {sealed.subject} does not open") from error

    def fingerprint(self, data: bytes) -> bytes:
        """Return the HMAC-SHA256 of `data` under a key of its own; it shows only whether two values are equal."""
        return hmac.digest(self._fingerprint_key, data, "sha256")

    def _cipher(self, subject: str) -> AESGCM:
        cached = self._ciphers.get(subject)
        if cached is None or cached.expires_at <= monotonic():
            cached = self._cache_cipher(subject)
        return cached.cipher

    def _cache_cipher(self, subject: str) -> _Cipher:
        cached = _Cipher(AESGCM(self._derive_key(f"subject {KEY_ID} {subject}")), monotonic() + KEY_LIFETIME)
        self._ciphers.pop(subject, None)
        if len(self._ciphers) >= MAX_CACHED_KEYS:
            self._ciphers.pop(next(iter(self._ciphers)))
        self._ciphers[subject] = cached
        return cached

    def _derive_key(self, purpose: str) -> bytes:
        info = f"aioutlet {purpose}".encode()
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(self._master_key)


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

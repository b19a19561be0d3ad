"""Refresh tokens: opaque, made from a session and its generation, and kept as SHA-256 only.

The bytes before base64url: session id (UUID, 16), generation (4), HMAC-SHA256 of both (32).
"""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from identity.derivation import derive

_HEAD = struct.Struct(">16sI")
_LENGTH = 72
"""Characters of a token, with padding."""


class RefreshToken(NamedTuple):
    """What a token says; `is_ours` tells whether we made it, under this root key."""

    session_id: str
    generation: int
    is_ours: bool


class RefreshTokens:
    """Makes and reads refresh tokens."""

    def __init__(self, root_key: bytes) -> None:
        self._key = derive(root_key, "refresh tokens")

    def make(self, session_id: str, generation: int) -> str:
        """Return the token of a session after `generation` rotations; the same one every time."""
        head = _HEAD.pack(UUID(session_id).bytes, generation)
        return urlsafe_b64encode(head + hmac.digest(self._key, head, "sha256")).rstrip(b"=").decode()

    def read(self, token: str) -> RefreshToken | None:
        """Return what a token says; None if it has not the form of one."""
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4)) if len(token) <= _LENGTH else b""
            head, code = raw[: _HEAD.size], raw[_HEAD.size :]
            session, generation = _HEAD.unpack(head)
        except (ValueError, struct.error):
            return None
        is_ours = hmac.compare_digest(code, hmac.digest(self._key, head, "sha256"))
        return RefreshToken(str(UUID(bytes=session)), generation, is_ours)


def hash_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode(errors="surrogatepass")).digest()

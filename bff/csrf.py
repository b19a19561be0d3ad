"""CSRF tokens: a signed double submit, bound to the session.

The token is in a cookie and comes back in a header. Another site can have the browser send the cookie, but cannot read
it; and a token that it plants is signed for another session.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HEADER = "X-CSRF-Token"
KEY_INFO = b"aioutlet bff csrf 1"


class CsrfTokens:
    def __init__(self, secret: str) -> None:
        """Derive the key from `secret`, which signs other things too."""
        self._key = HKDF(algorithm=SHA256(), length=32, salt=None, info=KEY_INFO).derive(secret.encode())

    def issue(self, session_id: str) -> str:
        """Return a new token of a session."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._sign(session_id, nonce)}"

    def is_valid(self, token: str, session_id: str) -> bool:
        """Whether the token was issued for this session."""
        nonce, _, signature = token.partition(".")
        return _equal(signature, self._sign(session_id, nonce))

    def is_submitted(self, cookie: str, header: str, session_id: str) -> bool:
        """Whether both have the same token, and it is of this session."""
        return _equal(cookie, header) and self.is_valid(cookie, session_id)

    def _sign(self, session_id: str, nonce: str) -> str:
        digest = hmac.digest(self._key, f"{session_id}!{nonce}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

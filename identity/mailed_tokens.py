"""Tokens that mails carry: derived from ids that events hold, so that neither the log nor a table holds a token.

`<id>~<id>~<HMAC-SHA256, base64url>`. A token proves who made it and for what; whether it is spent or has expired is
decided by the events of its ids.
"""

import hmac
from base64 import urlsafe_b64encode

from identity.derivation import derive
from schemas.errors import TokenNotValid

VERIFY, RESET = "verify-email", "reset-password"
"""The purposes: to prove an address, and to set another password."""
SEPARATOR = "~"
"""It is in no id, and needs no escape in a URL."""
MAX_LENGTH = 512


class MailedTokens:
    """Makes and reads tokens."""

    def __init__(self, root_key: bytes) -> None:
        self._key = derive(root_key, "mailed tokens")

    def issue(self, purpose: str, *ids: str) -> str:
        """Return the token of these ids for a purpose; the same one every time."""
        if not ids or any(SEPARATOR in each or not each for each in ids):
            raise ValueError("a token is made of ids")
        said = SEPARATOR.join(ids)
        return f"{said}{SEPARATOR}{self._code(purpose, said)}"

    def read(self, purpose: str, token: str) -> tuple[str, ...]:
        """Return the ids of a token.

        Raises:
            TokenNotValid: It was made for another purpose, changed, or is none; which of these is not told.
        """
        said, _, code = token[: MAX_LENGTH + 1].rpartition(SEPARATOR)
        expected = self._code(purpose, said).encode()
        if not hmac.compare_digest(expected, code.encode(errors="surrogatepass")) or not said:
            raise TokenNotValid("the token is not valid")
        return tuple(said.split(SEPARATOR))

    def _code(self, purpose: str, said: str) -> str:
        message = f"{purpose}\0{said}".encode(errors="surrogatepass")
        return urlsafe_b64encode(hmac.digest(self._key, message, "sha256")).rstrip(b"=").decode()

"""The command API with nothing sealed, as the peer of itself: fields are encoded, and no key is asked for."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from unittest.mock import patch

from aioutlet.cli import app
from identity.sealing import Sealer
from schemas.sealed import Sealed

NONE = "none"


class Unsealed(Sealer):
    """Writes fields in the clear, in the form and nearly the length of sealed ones."""

    async def prepare(self, subjects: Iterable[str]) -> None:
        """Nothing is needed."""

    def seal(self, subject: str, text: str) -> Sealed:
        return Sealed(
            subject=subject, key=NONE, nonce=NONE, text=urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
        )

    def open(self, sealed: Sealed) -> str:
        return urlsafe_b64decode(sealed.text + "=" * (-len(sealed.text) % 4)).decode()


if __name__ == "__main__":
    with patch("identity.parts.Sealer", Unsealed):
        app(["service", "command-api"])

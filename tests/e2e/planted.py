"""Secrets that are planted in a shop, and the search for them: in clear and in every dress that bytes are put into."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from secrets import token_hex
from urllib.parse import quote

SEPARATORS = re.compile("[.~]")
AFFECTED = 2
"""Characters of base64 at either end that depend on the bytes beside the text."""


@dataclass
class Planted:
    """What one person has told the shop or was told by it; `told` is personal, `secret` a password or a token."""

    told: dict[str, str] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=dict)

    def person(self, kind: str, text: str = "{}") -> str:
        """A personal text of this kind that nobody else has; it stands in the place of the braces."""
        return _note(self.told, kind, text.format(token_hex(8)))

    def password(self, kind: str) -> str:
        return _note(self.secret, kind, f"Pä55 {token_hex(12)}")

    def token(self, kind: str, token: str) -> None:
        """Note the part of a token that only its owner may know: ids are no secret."""
        _note(self.secret, f"{kind} token", SEPARATORS.split(token)[-1])


def _note(notes: dict[str, str], kind: str, text: str) -> str:
    """Keep a text by its kind; the second of a kind by its number too."""
    notes[kind if kind not in notes else f"{kind} {len(notes)}"] = text
    return text


def found(secrets: Mapping[str, str], places: Mapping[str, bytes]) -> list[str]:
    """Which of these stand where, in upper or lower case."""
    dressed = [
        (kind, dress, {form.lower() for form in forms(secret)})
        for kind, secret in secrets.items()
        for dress, forms in DRESSES.items()
    ]
    return [
        f"{kind} in {place} as {dress}"
        for place, content in places.items()
        for lower in [content.lower()]
        for kind, dress, forms in dressed
        if any(form in lower for form in forms)
    ]


def _base64(secret: str) -> Iterator[bytes]:
    """Wherever the text begins within three bytes; without the ends."""
    raw = secret.encode()
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            whole = encode(b"\0" * before + raw).rstrip(b"=")
            yield whole[before + AFFECTED if before else 0 : -AFFECTED]


DRESSES: Mapping[str, Callable[[str], Iterable[bytes]]] = {
    "text": lambda secret: [secret.encode()],
    "JSON": lambda secret: [json.dumps(secret)[1:-1].encode()],
    "URL": lambda secret: [quote(secret).encode()],
    "HTML": lambda secret: [escape(secret).encode()],
    "hexadecimal": lambda secret: [secret.encode().hex().encode()],
    "base64": _base64,
    "UTF-16": lambda secret: [secret.encode("utf-16-le")],
    "latin-1": lambda secret: [secret.encode("latin-1", errors="replace")],
}
"""The ways a text may be written, by name."""

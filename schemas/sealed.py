"""The wire form of a personal field: ciphertext and what is needed to decrypt it. It never changes.

`{"sealed": 1, "subject": "…", "key": "…", "nonce": "…", "text": "…"}`: AES-256-GCM (NIST SP 800-38D), 96-bit
nonce, base64url without padding, with `subject` as associated data, so that a field cannot be moved to another
subject.
"""

from typing import Annotated, Literal

from pydantic import StringConstraints

from schemas.message import Id, Message

Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=16_384)]


class Sealed(Message):
    """One personal field, encrypted with the subject's key."""

    sealed: Literal[1] = 1
    subject: Id
    key: Id
    nonce: Base64Url
    text: Base64Url

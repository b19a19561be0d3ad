"""Blind indices: an address is found by its HMAC-SHA256, so that no table and no name of a stream holds it."""

import hmac
import unicodedata

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from identity.derivation import derive
from schemas.errors import Invalid

MAX_LENGTH = 254
"""Characters of an address (RFC 5321)."""


class BlindIndex:
    """Returns the index of an address; who has not the root key can neither read nor make one."""

    def __init__(self, root_key: bytes) -> None:
        self._key = derive(root_key, "blind index")

    def of(self, address: str) -> str:
        """Return the index of an address, 64 hexadecimal digits; the same however it is spelled.

        Raises:
            Invalid: It is no address.
        """
        return hmac.digest(self._key, _to_compare(address).encode(), "sha256").hex()


def check_address(text: str, *, field: str = "email") -> str:
    """Return an address as mails to it are sent: in NFC, with its domain in lower case.

    Raises:
        Invalid: It is no address; the entry of `errors` names `field`, and nothing of the text.
    """
    return _parse(text, field).normalized


def _to_compare(text: str) -> str:
    """No mail server that people use tells addresses apart by the case of their letters."""
    return unicodedata.normalize("NFC", _parse(text, "email").normalized.casefold())


def _parse(text: str, field: str) -> ValidatedEmail:
    try:
        return validate_email(text.strip()[: MAX_LENGTH + 1], check_deliverability=False, strict=True)
    except (EmailNotValidError, UnicodeError):
        detail = "this is no e-mail address"
        entry = {"field": field, "in": "body", "code": "not_an_address", "detail": detail}
        raise Invalid(detail, errors=[entry]) from None  # its words repeat the address

"""The header `Idempotency-Key`: bare, or as the IETF draft has it, a string of a structured field (RFC 9651, 3.3.3)."""

import re
from typing import Annotated

from fastapi import Header
from pydantic import AfterValidator, StringConstraints, TypeAdapter

KEY_HEADER = "Idempotency-Key"
KEY_DESCRIPTION = "Kept for 24 hours; quoted and bare are the same key."
BARE = r"[A-Za-z0-9._:-]{1,128}"
QUOTED = r'"(?:[ !#-\[\]-~]|\\["\\]){1,128}"'
"""Printable ASCII, with a backslash before a quotation mark and before a backslash."""
_ESCAPED = re.compile(r"\\(.)")


def unquote(value: str) -> str:
    """Return the text within the quotes; a bare key is returned as it is."""
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value


Key = Annotated[str, StringConstraints(pattern=f"^(?:{BARE}|{QUOTED})$"), AfterValidator(unquote)]
KeyHeader = Annotated[Key | None, Header(alias=KEY_HEADER, description=KEY_DESCRIPTION)]
OPTIONAL_KEY: TypeAdapter[str | None] = TypeAdapter(Key | None)
"""For raw routes."""

"""Opens sealed fields for an answer; what can be read no more, or was never there, is nothing."""

import orjson

from query_api.context import Opener
from schemas.documents import Document
from schemas.errors import Poison
from schemas.sealed import Sealed


async def open_text(opener: Opener, field: Document | None) -> str | None:
    """Return a sealed field as plain text, or None if the key of its person was destroyed."""
    if field is None:
        return None
    try:
        return opener.open(Sealed.model_validate(field))
    except Poison:
        return None


async def open_address(opener: Opener, field: Document | None) -> Document | None:
    """Return a sealed address as it was given, or None as `open_text` does."""
    text = await open_text(opener, field)
    return None if text is None else orjson.loads(text)

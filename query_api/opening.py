"""Opens sealed fields for an answer, all of them at once; what can be read no more, or was never there, is nothing."""

from collections.abc import Sequence

import orjson

from query_api.context import Opener
from schemas.documents import Document
from schemas.sealed import Sealed

ORDER_ADDRESSES = ("shippingAddress", "billingAddress")
"""The sealed fields of an order."""


async def open_texts(opener: Opener, fields: Sequence[Document | None]) -> list[str | None]:
    """Return sealed fields as plain texts, None where the key of a person was destroyed or a field cannot be read."""
    sealed = [Sealed.model_validate(field) for field in fields if field is not None]
    opened = iter(await opener.open_all(sealed))
    return [None if field is None else next(opened) for field in fields]


async def open_address(opener: Opener, field: Document | None) -> Document | None:
    """Return a sealed address as it was given, or None as `open_texts` does."""
    [text] = await open_texts(opener, [field])
    return None if text is None else orjson.loads(text)


async def open_order_addresses(opener: Opener, order: Document) -> Document:
    """Return the sealed addresses of an order by name, as `open_texts` does."""
    texts = await open_texts(opener, [order[name] for name in ORDER_ADDRESSES])
    return {name: text and orjson.loads(text) for name, text in zip(ORDER_ADDRESSES, texts, strict=True)}

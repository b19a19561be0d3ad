"""The order of a dictionary, as keys that sort so wherever text is compared byte by byte."""

from functools import cache
from typing import Any

MAX_KEY = 1_000
"""Bytes, so that a cursor fits into an address: some 500 letters, although single characters make 50 bytes."""


def sort_key(text: str) -> str:
    """Return the sort key of a text in the root order of the Unicode Collation Algorithm: by letters, accents, case.

    It is hexadecimal, since one of the document servers compares text by UTF-16 code units, and MongoDB binary data by
    their length first.
    """
    key: bytes = _collator().getSortKey(text)
    return key.rstrip(b"\x00")[:MAX_KEY].hex()


@cache
def _collator() -> Any:
    import icu  # noqa: PLC0415 - 20 ms that no start need wait for

    collator = icu.Collator.createInstance(icu.Locale.getRoot())
    collator.setAttribute(icu.UCollAttribute.NORMALIZATION_MODE, icu.UCollAttributeValue.ON)
    return collator

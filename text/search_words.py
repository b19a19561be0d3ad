"""The words by which a text is found: one folding for what is stored and for what is asked.

A document server cuts and folds text by rules of its own, and no two of ours have the same. So documents hold the words
that are made here, and those of a query are made by the same rules.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from schemas.text import IGNORABLE, normal_form

ACCENTED_SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ")
"""In these a mark above or below a letter is an accent, which readers leave out when they search. In others it is a
vowel, a tone, or part of another letter."""
STROKES = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not decompose, but readers do; one is the i without its dot."""
ZERO_WIDTH_SPACE = "\u200b"
"""The one ignorable character that ends a word."""

_IGNORED = re.compile(f"(?!{ZERO_WIDTH_SPACE})[{IGNORABLE}]")
_ASCII = re.compile(r"([0-9A-Za-z]+)|[!-/:-@\[-`{-~]")


class Part(NamedTuple):
    """A word of a text (letters, digits and their marks), or a single sign."""

    text: str
    is_word: bool


def search_words(*texts: str | None) -> list[str]:
    """Return the words and signs of texts, folded, each once."""
    return list(dict.fromkeys(fold(part.text) for text in texts if text for part in _split(text)))


def query_words(text: str) -> list[str]:
    """Return what a text must have to be found by a query: its words, or its signs where it has no words."""
    parts = list(_split(text))
    wanted = [part for part in parts if part.is_word] or parts
    return list(dict.fromkeys(fold(part.text) for part in wanted))


def fold(text: str) -> str:
    """Return text without what readers ignore in a search: the case, width and style of letters, and accents.

    This is Unicode's compatibility caseless match (D146), without the accents of `ACCENTED_SCRIPTS`, and without the
    spaces that some signs are decomposed into: words are joined by spaces.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFD", text).casefold()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
    return unicodedata.normalize("NFC", "".join(_without_accents(folded)).translate(STROKES)).replace(" ", "")


def _split(text: str) -> Iterator[Part]:
    if text.isascii():
        return (Part(found[0], found[1] is not None) for found in _ASCII.finditer(text))
    return _split_unicode(_IGNORED.sub("", normal_form(text)))


def _split_unicode(text: str) -> Iterator[Part]:
    start = 0
    for index, character in enumerate(text):
        kind = unicodedata.category(character)
        is_of_word = kind[0] in "LN" or (kind[0] == "M" and start < index)
        if is_of_word:
            continue
        if start < index:
            yield Part(text[start:index], is_word=True)
        start = index + 1
        if kind[0] != "Z" and kind != "Cc" and character != ZERO_WIDTH_SPACE:
            yield Part(character, is_word=False)
    if start < len(text):
        yield Part(text[start:], is_word=True)


def _without_accents(decomposed: str) -> Iterator[str]:
    is_accented = False
    for character in decomposed:
        if unicodedata.category(character) != "Mn":
            is_accented = _is_of_accented_script(character)
        elif is_accented:
            continue
        yield character


@lru_cache(maxsize=4_096)
def _is_of_accented_script(character: str) -> bool:
    return unicodedata.name(character, "").startswith(ACCENTED_SCRIPTS)

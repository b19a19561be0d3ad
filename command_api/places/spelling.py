"""How names of places are compared: case, accents, punctuation and words such as `Province of` do not matter."""

import re
import unicodedata
from collections.abc import Iterator

_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "\u0131": "i", "臺": "台"}
    | {"&": "and"}
)
"""Letters that Unicode does not take apart into a plain one and an accent, as they are written without it."""
_ACCENTS = re.compile("[\u02b0-\u036f]")
"""Accents of Latin, Greek and Cyrillic letters; vowel signs of other scripts are letters, and stay."""
_KINDS_OF_PLACES = """
    autonomous canton city co community county de del department departamento di district emirate estado freistaat
    governorate kanton krai kraj kray lan land municipality oblast of okres prefecture province provincia region
    republic respublika sar state territory the voivodeship
    do fu ken qu sheng shi si to zizhiqu
    ad al an ar as ash at az
"""
_GENERIC = frozenset(_KINDS_OF_PLACES.split())
"""What a name may begin or end with without naming another place: kinds of places, in languages of Europe and in Latin
transcriptions of Chinese, Japanese and Korean, and the Arabic article."""
_GENERIC_ENDS = "省市県縣府都道"
"""The same at the end of a Chinese or Japanese name."""
_CODE = re.compile(r"\b[A-Z]{2}-[A-Z0-9]{2,3}\b")
"""A code within a name: `Wales [Cymru GB-CYM]`."""


def fold(name: str) -> str:
    """A name's letters and digits, without case and accents."""
    return "".join(_words(name))


def fold_bare(name: str) -> str:
    """The same without kinds of places at either end: `quebec` for `Province of Québec`; empty if there is no more."""
    words = _words(name)
    while words and words[0] in _GENERIC:
        del words[0]
    while words and words[-1] in _GENERIC:
        del words[-1]
    if words and len(words[-1]) > 1 and words[-1][-1] in _GENERIC_ENDS:
        words[-1] = words[-1][:-1]
    return "".join(words)


def alternatives(name: str) -> Iterator[str]:
    """The names in an entry of a list: `London, City of` is also `City of London`, `A;B` and `A [B]` are two names."""
    for part in re.split(r"[;/\[\]()]", _CODE.sub("", name)):
        yield part
        head, comma, tail = part.partition(",")
        if comma:
            yield f"{tail} {head}"
            yield head


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    words = re.split(r"[\s\-\u2010-\u2015]+", _ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))
    return [word for word in ("".join(filter(_is_letter, each)) for each in words) if word]


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"

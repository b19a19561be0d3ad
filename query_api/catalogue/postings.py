"""Which products have a word: whole, or as the beginning of a longer one."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import chain

from query_api.catalogue.bitmaps import bitmap_of

CACHED = 256
"""Sets of products that are remembered until a word is added or removed: some 12 KB each of 100,000 products."""
_LAST = "\U0010ffff"
"""Sorts behind every letter and sign."""


class Postings:
    """The numbers of the products that have each word."""

    def __init__(self) -> None:
        self._numbers: dict[str, array[int]] = {}
        self._vocabulary: list[str] = []
        self._new_words: list[str] = []
        self._cache: dict[tuple[str, bool], int] = {}

    def replace(self, number: int, old: Iterable[str], new: Iterable[str]) -> None:
        """Give a product other words."""
        before, after = {*old}, {*new}
        for word in before - after:
            self._numbers[word].remove(number)
        for word in after - before:
            self._add(word, number)
        self._cache.clear()

    def with_word(self, word: str) -> int:
        """Return the set of the products that have this word."""
        return self._remembered(word, is_whole=True)

    def with_beginning(self, beginning: str) -> int:
        """Return the set of the products that have this word, or one that begins with it."""
        return self._remembered(beginning, is_whole=False)

    def _add(self, word: str, number: int) -> None:
        numbers = self._numbers.get(word)
        if numbers is None:
            self._numbers[word] = numbers = array("I")
            self._new_words.append(word)
        numbers.append(number)

    def _remembered(self, word: str, *, is_whole: bool) -> int:
        key = word, is_whole
        if key not in self._cache:
            if len(self._cache) >= CACHED:
                self._cache.clear()
            words = (word,) if is_whole else self._words_beginning_with(word)
            self._cache[key] = bitmap_of(chain.from_iterable(self._numbers.get(each, ()) for each in words))
        return self._cache[key]

    def _words_beginning_with(self, beginning: str) -> list[str]:
        if self._new_words:
            self._vocabulary += self._new_words
            self._vocabulary.sort()
            self._new_words = []
        first = bisect_left(self._vocabulary, beginning)
        return self._vocabulary[first : bisect_left(self._vocabulary, beginning + _LAST, first)]

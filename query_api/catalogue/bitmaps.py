"""Sets of small numbers as the bits of integers: those of 100,000 products are joined and counted in microseconds."""

import re
from collections.abc import Iterable, Iterator
from itertools import compress, count

FEW = 32
"""Members of a set that are sooner found one by one than by looking at its bytes."""
SPARSE = 16
"""Bits for each member of a set from which on those bytes that have some are sooner found than all bits looked at."""
_MEMBERS = re.compile(rb"[^\0]")
_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]
_FLAGS = bytes.maketrans(b"01", b"\0\1")


def bitmap_of(numbers: Iterable[int]) -> int:
    """Return the integer whose bit n is set for each of these numbers."""
    members = [*numbers]
    content = bytearray((max(members, default=-1) >> 3) + 1)
    for number in members:
        content[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(content, "little")


def flags_of(bitmap: int) -> bytes:
    """Return one byte for each number up to the highest in a set: 1 for its members, else 0."""
    return f"{bitmap:b}"[::-1].encode().translate(_FLAGS)


def numbers_of(bitmap: int) -> Iterator[int]:
    """Return the numbers of a set, in order."""
    members = bitmap.bit_count()
    if members <= FEW:
        return _few_numbers_of(bitmap)
    if members * SPARSE <= bitmap.bit_length():
        return _sparse_numbers_of(bitmap)
    return compress(count(), flags_of(bitmap))


def _few_numbers_of(bitmap: int) -> Iterator[int]:
    while bitmap:
        lowest = bitmap & -bitmap
        yield lowest.bit_length() - 1
        bitmap ^= lowest


def _sparse_numbers_of(bitmap: int) -> Iterator[int]:
    content = bitmap.to_bytes((bitmap.bit_length() + 7) >> 3, "little")
    for byte in _MEMBERS.finditer(content):
        index = byte.start()
        for bit in _BITS[content[index]]:
            yield (index << 3) + bit


class Bitmap:
    """A set of numbers that changes."""

    __slots__ = ("_content", "_value")

    def __init__(self) -> None:
        self._content = bytearray()
        self._value: int | None = 0

    @property
    def value(self) -> int:
        """The set as an integer; it is made once after a change."""
        if self._value is None:
            self._value = int.from_bytes(self._content, "little")
        return self._value

    def add(self, number: int) -> None:
        index = number >> 3
        if index >= len(self._content):
            self._content.extend(bytes(index + 1 - len(self._content)))
        self._content[index] |= 1 << (number & 7)
        self._value = None

    def discard(self, number: int) -> None:
        index = number >> 3
        if index < len(self._content):
            self._content[index] &= ~(1 << (number & 7))
            self._value = None


class BitSlices:
    """One amount for each number, as one set for each binary digit: so those in a range are found by a few joins.

    This is the bit-sliced index of O'Neil and Quass (1997).
    """

    def __init__(self) -> None:
        self._slices: list[Bitmap] = []

    def add(self, number: int, amount: int) -> None:
        """Give a number its amount, which is not negative."""
        while amount.bit_length() > len(self._slices):
            self._slices.append(Bitmap())
        for digit in _digits(amount):
            self._slices[digit].add(number)

    def discard(self, number: int, amount: int) -> None:
        """Take from a number the amount that it has."""
        for digit in _digits(amount):
            self._slices[digit].discard(number)

    def between(self, minimum: int | None, maximum: int | None, among: int) -> int:
        """Return those of a set whose amounts are within the bounds; None is no bound."""
        most = among if maximum is None else self._at_most(maximum, among)
        return most if not minimum else most & ~self._at_most(minimum - 1, most)

    def _at_most(self, amount: int, among: int) -> int:
        if amount.bit_length() > len(self._slices):
            return among
        less, equal = 0, among
        for digit in reversed(range(len(self._slices))):
            ones = equal & self._slices[digit].value
            if amount >> digit & 1:
                less |= equal ^ ones
                equal = ones
            else:
                equal ^= ones
        return less | equal


def _digits(amount: int) -> Iterator[int]:
    return (digit for digit in range(amount.bit_length()) if amount >> digit & 1)

"""Products in the order of one of their values, and pages of some of them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, islice, tee
from typing import Any, NamedTuple

from query_api.catalogue.bitmaps import flags_of, numbers_of

SortKey = tuple[Any, str]
"""A product's value and its id, so that no two are equal."""
MOVED_SINGLY = 500
"""Products that are moved in the order one by one; more are sorted together."""
SORTED_BY_THEMSELVES = 5_000
"""Matches that are sorted instead of looking for them in the order of all."""


class Ordering:
    """The numbers of all products, by value and id."""

    def __init__(self, ids: Sequence[str]) -> None:
        """Take the list of ids by number, to which the index appends."""
        self._ids = ids
        self._values: list[Any] = []
        self._numbers: list[int] = []
        self._changes: dict[int, Any] = {}
        self._ranks: list[int] = []
        """By number, its place in the order; empty until it is asked for after a change."""

    def put(self, number: int, value: Any) -> None:
        """Give a product a value; a new product has the next number."""
        if number == len(self._values):
            self._values.append(None)
        if self._values[number] != value or number in self._changes:
            self._changes[number] = value

    def key(self, number: int) -> SortKey:
        return self._values[number], self._ids[number]

    def sort(self) -> None:
        """Move what has changed to its place."""
        changes, self._changes = self._changes, {}
        if changes:
            self._ranks = []
        if len(changes) > MOVED_SINGLY:
            self._numbers += [number for number in changes if self._values[number] is None]
            for number, value in changes.items():
                self._values[number] = value
            self._numbers.sort(key=self.key)
        else:
            for number, value in changes.items():
                self._move(number, value)

    def page(self, matches: int, *, is_descending: bool, after: SortKey | None, skip: int, limit: int) -> list[int]:
        """Return at most `limit` of the matches, in order: those that follow `after`, and of these all but `skip`."""
        if self._changes:
            self.sort()
        if matches.bit_count() <= SORTED_BY_THEMSELVES:
            numbers = sorted(numbers_of(matches), key=self._rank())
            return [*islice(self._from(numbers, after, is_descending=is_descending), skip, skip + limit)]
        flags = flags_of(matches).ljust(len(self._numbers), b"\0")
        in_order, again = tee(self._from(self._numbers, after, is_descending=is_descending))
        return [*islice(compress(in_order, map(flags.__getitem__, again)), skip, skip + limit)]

    def _rank(self) -> Callable[[int], int]:
        if not self._ranks:
            self._ranks = [0] * len(self._numbers)
            for rank, number in enumerate(self._numbers):
                self._ranks[number] = rank
        return self._ranks.__getitem__

    def _from(self, numbers: Sequence[int], after: SortKey | None, *, is_descending: bool) -> Iterator[int]:
        if is_descending:
            end = len(numbers) if after is None else bisect_left(numbers, after, key=self.key)
            return map(numbers.__getitem__, range(end - 1, -1, -1))
        start = 0 if after is None else bisect_right(numbers, after, key=self.key)
        return map(numbers.__getitem__, range(start, len(numbers)))

    def _move(self, number: int, value: Any) -> None:
        if self._values[number] is not None:
            del self._numbers[bisect_left(self._numbers, self.key(number), key=self.key)]
        self._values[number] = value
        insort(self._numbers, number, key=self.key)


class Group(NamedTuple):
    """Matches of one rank; a list has those of a lower rank first."""

    rank: int
    matches: int


class Place(NamedTuple):
    """Where a list is read on: after the product with this key in the group of this rank."""

    rank: int
    key: SortKey


def read_page(
    groups: Iterable[Group],
    ordering: Ordering,
    *,
    is_descending: bool = False,
    after: Place | None = None,
    skip: int = 0,
    limit: int,
) -> list[tuple[int, int]]:
    """Return (rank, number) of at most `limit` products of groups that come in the order of their ranks."""
    found: list[tuple[int, int]] = []
    for rank, matches in groups:
        if after is not None and rank < after.rank:
            continue
        begin = after.key if after is not None and rank == after.rank else None
        count = matches.bit_count()
        if begin is None and skip >= count:
            skip -= count
            continue
        wanted = limit - len(found)
        page = ordering.page(matches, is_descending=is_descending, after=begin, skip=skip, limit=wanted)
        found += [(rank, number) for number in page]
        skip = 0
        if len(found) >= limit:
            break
    return found

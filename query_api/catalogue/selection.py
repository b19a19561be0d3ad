"""What a list of products shows: those that match its filters, in groups of relevance, and their facet counts."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any, NamedTuple

from query_api.catalogue.index import RATINGS, CatalogueIndex
from query_api.catalogue.ordering import Group
from text.collation import sort_key

FACET_VALUES = 100
"""Values of a facet that are shown, those with the most products."""
KEYS_CACHED = 4_096
"""Sort keys of departments, categories and brands: there are few, and each list asks for all."""
Counts = list[tuple[Any, int]]


class Filters(NamedTuple):
    """What products must have; None asks for nothing. Prices are inclusive, in minor units."""

    department: str | None = None
    category: str | None = None
    brand: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    currency: str | None = None
    in_stock: bool | None = None
    min_rating: int | None = None
    words: tuple[str, ...] = ()
    """Folded words; a product must have each, or one that begins with it."""


class Selection(NamedTuple):
    """The products that match, in groups by relevance, and how many of them have each value of each facet.

    The counts of a facet leave its own filter out: they say how many products a choice of another value would show.
    """

    groups: tuple[Group, ...]
    total: int
    facets: Mapping[str, Counts]


def select(index: CatalogueIndex, filters: Filters) -> Selection:
    """Return the products for sale that match the filters."""
    for_sale = index.for_sale.value
    found = _search(index, filters.words, for_sale) if filters.words else [Group(0, for_sale)]
    searched = reduce(or_, (group.matches for group in found), 0)
    conditions = dict(_conditions(index, filters, searched))
    matches = reduce(and_, conditions.values(), searched)
    groups = (Group(rank, narrowed) for rank, group in found if (narrowed := group & matches))
    return Selection(tuple(groups), matches.bit_count(), _count_facets(index, searched, conditions))


def _conditions(index: CatalogueIndex, filters: Filters, among: int) -> Iterator[tuple[str, int]]:
    """Yield the set that fulfils each filter, by the facet it belongs to."""
    for name, bitmaps, value in (
        ("departments", index.departments, filters.department),
        ("categories", index.categories, filters.category),
        ("brands", index.brands, filters.brand),
        ("currencies", index.currencies, filters.currency),
    ):
        if value is not None:
            yield name, bitmaps.having(value)
    if filters.min_price is not None or filters.max_price is not None:
        yield "prices", index.amounts.between(filters.min_price, filters.max_price, among)
    if filters.in_stock is not None:
        in_stock = index.in_stock.value
        yield "inStock", in_stock if filters.in_stock else among & ~in_stock
    if filters.min_rating is not None:
        yield "ratings", index.ratings.having(filters.min_rating)


def _search(index: CatalogueIndex, words: Sequence[str], among: int) -> list[Group]:
    """Return disjoint groups: the better the place in which the words were found, the lower the rank."""
    found = _Found.of(index, words, among)
    ranked: list[Group] = []
    rest = found.anywhere
    for rank, matches in enumerate(found.ranks(index, words) if rest else ()):
        if of_rank := matches & rest:
            ranked.append(Group(rank, of_rank))
            rest &= ~of_rank
    return ranked


class _Found(NamedTuple):
    """The products that have all words, or beginnings with them: in the name, there or in a label, or anywhere."""

    in_name: int
    in_label: int
    anywhere: int

    @classmethod
    def of(cls, index: CatalogueIndex, words: Sequence[str], among: int) -> "_Found":
        in_name = in_label = anywhere = among
        for word in words:
            name = index.name_words.with_beginning(word)
            label = name | index.label_words.with_beginning(word)
            in_name, in_label = in_name & name, in_label & label
            anywhere &= label | index.description_words.with_beginning(word)
            if not anywhere:
                break
        return cls(in_name, in_label, anywhere)

    def ranks(self, index: CatalogueIndex, words: Sequence[str]) -> Iterator[int]:
        phrase = " ".join(words)
        yield index.phrases.with_word(phrase)  # it is the name
        yield index.phrases.with_beginning(phrase)  # the name begins with it
        yield reduce(and_, (index.name_words.with_word(word) for word in words))
        yield from self


def _count_facets(index: CatalogueIndex, searched: int, conditions: Mapping[str, int]) -> dict[str, Counts]:
    def without(facet: str) -> int:
        return reduce(and_, (each for name, each in conditions.items() if name != facet), searched)

    stock, ratings = without("inStock"), without("ratings")
    in_stock = (stock & index.in_stock.value).bit_count()
    return {
        "departments": _most_frequent(index.departments.counts(without("departments"))),
        "categories": _most_frequent(index.categories.counts(without("categories"))),
        "brands": _most_frequent(index.brands.counts(without("brands"))),
        "inStock": [(True, in_stock), (False, stock.bit_count() - in_stock)],
        "ratings": [(stars, (ratings & index.ratings.having(stars)).bit_count()) for stars in RATINGS],
    }


def _most_frequent(counts: Mapping[str, int]) -> Counts:
    """The values with the most products; of those with as many, as a dictionary has them."""
    return sorted(counts.items(), key=lambda each: (-each[1], _sort_key(each[0]), each[0]))[:FACET_VALUES]


_sort_key = lru_cache(KEYS_CACHED)(sort_key)

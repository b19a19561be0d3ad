"""Whether an index serves a query: by what is declared, for not every document server explains."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import Any

from projectors.read_model import Index
from query_api.cursors import Sort

RANGES = frozenset({"$gt", "$gte", "$lt", "$lte"})
Query = Mapping[str, Any]


def leads(indexes: Sequence[Index], query: Query, sort: Sort) -> bool:
    """Whether an index leads to what a query finds, in its order, by one or more of its fields; others are looked at.

    A list of everything has only its order to go by.
    """
    return any(serves(indexes, part, sort or _order(part)) for part in _parts(query))


def serves(indexes: Sequence[Index], query: Query, sort: Sort) -> bool:
    """Whether an index leads to exactly what a query finds, in its order.

    Its first fields have one value each, the next are those of the order, and only these may be ranges.
    """
    exact = {field for field, condition in query.items() if not _is_range(condition)}
    return any(_serves(index, exact, query.keys() - exact, sort) for index in indexes)


def _serves(index: Index, exact: Collection[str], ranges: Collection[str], sort: Sort) -> bool:
    begins, ordered = index[: len(exact)], index[len(exact) :]
    rest = [each for each in sort if each[0] not in exact]
    return (
        {field for field, _ in begins} == {*exact}
        and {*ranges} <= {field for field, _ in rest}
        and list(ordered[: len(rest)]) in (rest, [(field, -direction) for field, direction in rest])
    )


def _parts(query: Query) -> Iterator[Query]:
    fields = sorted(query)
    chosen = chain.from_iterable(combinations(fields, length) for length in range(1, len(fields) + 1))
    for each in chosen if fields else [()]:
        yield {field: query[field] for field in each}


def _order(query: Query) -> Sort:
    return [(field, 1) for field, condition in query.items() if _is_range(condition)]


def _is_range(condition: object) -> bool:
    return isinstance(condition, Mapping) and bool(RANGES & condition.keys())

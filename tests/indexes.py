"""Whether an index of a read model serves a query: by what is declared, for not every document server explains."""

from collections.abc import Collection, Mapping
from typing import Any

from projectors.read_model import Index, ReadModel
from query_api.cursors import Sort

RANGES = frozenset({"$gt", "$gte", "$lt", "$lte"})


def serves(model: ReadModel, query: Mapping[str, Any], sort: Sort, *, looked_at: Collection[str] = ()) -> bool:
    """Whether an index leads to exactly what a query finds, in its order; fields in `looked_at` it need not have.

    Its first fields have one value each, the next are those of the order, and only these may be ranges.
    """
    exact = {field for field, condition in query.items() if not _is_range(condition)} - {*looked_at}
    ranges = {field for field, condition in query.items() if _is_range(condition)}
    return any(_serves(index, exact, ranges, sort) for index in model.indexes)


def _serves(index: Index, exact: Collection[str], ranges: Collection[str], sort: Sort) -> bool:
    begins, ordered = index[: len(exact)], index[len(exact) :]
    rest = [each for each in sort if each[0] not in exact]
    return (
        {field for field, _ in begins} == {*exact}
        and {*ranges} <= {field for field, _ in rest}
        and list(ordered[: len(rest)]) in (rest, [(field, -direction) for field, direction in rest])
    )


def _is_range(condition: object) -> bool:
    return isinstance(condition, Mapping) and bool(RANGES & condition.keys())

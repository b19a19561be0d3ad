"""Where in the log the events of a key are, from the documents that keep their positions."""

from asyncio import gather
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from history.search import Span
from query_api.context import QueryContext
from schemas.audit_keys import topics_of
from schemas.documents import AUDIT_VIEWS, SEGMENT, Document, View

AT_ONCE = 64
"""Documents of one key and topic that are read at once, at least."""


class Positions(NamedTuple):
    """Positions in the order of the search; `rest` is what was not looked up yet, None where everything was."""

    found: list[int]
    rest: Span | None


async def find_positions(context: QueryContext, keys: Iterable[str], span: Span, *, newest_first: bool) -> Positions:
    """Look up the positions of these keys in a part of the log, as far as one reads at once."""
    segments = Span(span.first // SEGMENT, span.last // SEGMENT)
    asked = [(view, key) for key in keys for view in AUDIT_VIEWS if view.topic in topics_of(key)]
    limit = max(AT_ONCE, context.partitions + 1)  # so that a whole segment is among them
    found = await gather(
        *(_find(context, view, key, segments, limit, newest_first=newest_first) for view, key in asked)
    )
    ends = [documents[-1]["segment"] for documents in found if len(documents) == limit]
    whole, rest = _whole(span, ends, newest_first=newest_first)
    positions = {
        position
        for documents in found
        for document in documents
        for position in document["positions"]
        if whole.first <= position <= whole.last
    }
    return Positions(sorted(positions, reverse=newest_first), rest)


async def _find(
    context: QueryContext, view: View, key: str, segments: Span, limit: int, *, newest_first: bool
) -> Sequence[Document]:
    query = {"key": {"$eq": key}, "segment": {"$gte": segments.first, "$lte": segments.last}}
    direction = -1 if newest_first else 1
    return await context.collection(view).find(query).sort([("segment", direction)]).limit(limit).to_list()


def _whole(span: Span, ends: Sequence[int], *, newest_first: bool) -> tuple[Span, Span | None]:
    """Return the part of a span of which everything is known, and the rest.

    `ends` are the segments at which a look-up ended before its end: there may be more of them.
    """
    if not ends:
        return span, None
    if newest_first:
        known = (max(ends) + 1) * SEGMENT
        return Span(max(span.first, known), span.last), Span(span.first, min(span.last, known - 1))
    unknown = min(ends) * SEGMENT
    return Span(span.first, min(span.last, unknown - 1)), Span(max(span.first, unknown), span.last)

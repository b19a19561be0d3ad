"""Documents of the past: the events that touch one, folded by its read model up to a moment."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import orjson

from event_store.reading import EventReader
from event_store.scan import Scan
from history.time_travel.past import MAX_EVENTS, Fold, Past, check_size, read_stream
from projectors.folding import fold, touches_of
from projectors.models.registry import PAGES
from projectors.read_model import ReadModel
from schemas.codec import Stored, decode
from schemas.documents import CONFIG_VIEW, REVIEWS_VIEW, STATISTICS, STOCK_VIEW, View
from schemas.envelope import Envelope
from schemas.errors import Invalid, NotFound, Poison, StreamUnreadable
from schemas.time_travel import Plain
from schemas.topics import ROUTES, Route
from schemas.wire import published_to

SPAN = 50_000
"""Positions that are looked at in one question to the store."""
MAX_LOOKED_AT = 2_000_000
"""Positions that are looked at for one answer."""
SHARED_STREAMS = {STOCK_VIEW, REVIEWS_VIEW, CONFIG_VIEW, *STATISTICS}
"""Views whose documents have no stream of their own."""
MODELS_BY_TITLE = {model.view.title: model for model in PAGES}
"""By what the view is called, whatever the form of its documents. The audit's are none: they only index the log."""


def model_of(title: str) -> ReadModel:
    """Return the read model of a view.

    Raises:
        NotFound: There is none.
    """
    if (model := MODELS_BY_TITLE.get(title)) is None:
        raise NotFound(f"there is no view {title}; there are: {', '.join(MODELS_BY_TITLE)}")
    return model


async def read_document(
    reader: EventReader,
    model: ReadModel,
    key: str,
    *,
    partitions: int,
    limit: int | None = MAX_EVENTS,
    look: int | None = MAX_LOOKED_AT,
) -> Past:
    """Return the document of a view with the events that touch it.

    Raises:
        NotFound: No event touches it.
        Invalid: More than `limit` events do, or the log has more than `look` events since the first of them.
        StreamUnreadable: An event that may touch it cannot be read.
    """
    name, rows = f"{model.view.title}/{key}", list[Stored]()
    async for candidates in _candidates(reader, model, key, limit, look):
        rows += await asyncio.to_thread(_touching, model, key, candidates, partitions)
        check_size(name, rows, limit)
    if not rows:
        raise NotFound(f"there is no document {name}")
    return Past("document", name, rows, _folded_by(model, key))


def _candidates(
    reader: EventReader, model: ReadModel, key: str, limit: int | None, look: int | None
) -> AsyncIterator[list[Stored]]:
    """Yield in position order events among which are all that touch a document."""
    has_own_streams = model.view not in SHARED_STREAMS
    if has_own_streams and not any(route.needs_data for route in _routes(model)):
        return _read_own_streams(reader, model, key, limit)
    return _scan_log(reader, model, key, look)


def _routes(model: ReadModel) -> Iterator[Route]:
    """Yield how the events of a view come to its topic."""
    return (route for name in model.types for route in ROUTES[name] if route.topic == model.view.topic)


async def _read_own_streams(
    reader: EventReader, model: ReadModel, key: str, limit: int | None
) -> AsyncIterator[list[Stored]]:
    streams = [await read_stream(reader, name, limit=limit) for name in _own_streams(model.view, key)]
    rows = sorted((row for stream in streams for row in stream), key=lambda row: row.position)
    yield [row for row in rows if row.type in model.types]


def _own_streams(view: View, key: str) -> list[str]:
    return [f"{category}-{key}" for category in sorted(view.categories)]


async def _scan_log(reader: EventReader, model: ReadModel, key: str, look: int | None) -> AsyncIterator[list[Stored]]:
    first, head = await _first_position(reader, model.view, key), await reader.head()
    if look is not None and head - first > look:
        raise Invalid(f"there are more than {look:,} events to look at: `aioutlet history` has no such limit")
    scans = list(_scans(model, key))
    for after in range(first - 1, head, SPAN):
        until = min(after + SPAN, head)
        found = [await reader.scan(scan, after, until, limit=SPAN) for scan in scans]
        by_position = {row.position: row for rows in found for row in rows}
        yield [by_position[position] for position in sorted(by_position)]


async def _first_position(reader: EventReader, view: View, key: str) -> int:
    """Return where the first event of the document's own streams is, 1 where it has none."""
    if view in SHARED_STREAMS:
        return 1
    own = [await reader.position_of(stream, 1) for stream in _own_streams(view, key)]
    return min((position for position in own if position), default=1)


def _scans(model: ReadModel, key: str) -> Iterator[Scan]:
    types = tuple(sorted(model.types))
    if model.view == CONFIG_VIEW or model.is_per_partition:
        yield Scan(types=types)
        return
    yield Scan(types=types, contains=(orjson.dumps(key.rpartition("/")[2]),))
    if model.view not in SHARED_STREAMS:
        yield Scan(types=types, prefixes=tuple(_own_streams(model.view, key)))


def _touching(model: ReadModel, key: str, rows: Sequence[Stored], partitions: int) -> list[Stored]:
    return [row for row in rows if _touches(model, key, row, partitions)]


def _touches(model: ReadModel, key: str, row: Stored, partitions: int) -> bool:
    try:
        number = next(
            (each.partition for each in published_to(row, partitions) if each.topic == model.view.topic), None
        )
        if number is None:
            return False
        return key in touches_of(model, [decode(row)], number)
    except Poison as poison:
        raise StreamUnreadable(f"{row.stream}: {poison.detail}") from poison


def _folded_by(model: ReadModel, key: str) -> Fold:
    partition = int(key.partition("/")[0]) if model.is_per_partition else 0

    def folded(envelopes: Sequence[Envelope]) -> Plain:
        return fold(model, {}, envelopes, partition).documents.get(key)

    return folded

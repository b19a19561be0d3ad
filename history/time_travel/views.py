"""Whole views of the past: a read model folded anew from the log, up to a moment, into memory."""

from collections import defaultdict
from collections.abc import Iterable

from event_store.reading import EventReader
from projectors.folding import fold
from projectors.read_model import ReadModel
from schemas.codec import Stored, decode
from schemas.documents import Document
from schemas.envelope import Envelope
from schemas.wire import published_to

PAGE = 2_000


async def rebuild_view(reader: EventReader, model: ReadModel, until: int, *, partitions: int) -> dict[str, Document]:
    """Return the documents of a view as of a position, by their ids.

    Raises:
        Poison: An event of the view cannot be read.
    """
    documents, after, types = dict[str, Document](), 0, sorted(model.types)
    while page := await reader.log(after, limit=PAGE, until=until, types=types):
        for partition, envelopes in _by_partition(model, page, partitions).items():
            documents |= fold(model, documents, envelopes, partition).documents
        after = page[-1].position
    return documents


def _by_partition(model: ReadModel, page: Iterable[Stored], partitions: int) -> dict[int, list[Envelope]]:
    """Return the events by the number of the partition in which the view reads them."""
    found = defaultdict[int, list[Envelope]](list)
    for row in page:
        for place in published_to(row, partitions):
            if place.topic == model.view.topic:
                found[place.partition].append(decode(row))
    return found

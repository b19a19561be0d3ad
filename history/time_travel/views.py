"""Whole views of the past: a read model folded anew from the log, up to a moment, into memory."""

from collections.abc import Callable

from event_store.reading import EventReader
from projectors.read_model import ReadModel
from projectors.verification.refolded_view import RefoldedView
from schemas.codec import decode
from schemas.topics import TopicPartition
from schemas.wire import published_to

PAGE = 2_000
Progress = Callable[[int, int], None]
"""Called with the position reached and the last one."""


async def rebuild_view(
    reader: EventReader,
    model: ReadModel,
    until: int,
    *,
    partitions: int,
    progress: Progress | None = None,
) -> RefoldedView:
    """Return a view as of a position: its documents, tallies and totals.

    Raises:
        Poison: An event of the view cannot be read.
    """
    topic, types = model.view.topic, sorted(model.types)
    view = RefoldedView(model, {TopicPartition(topic, number): until for number in range(partitions)})
    after = 0
    while page := await reader.log(after, limit=PAGE, until=until, types=types):
        view.apply([({each.topic: each for each in published_to(row, partitions)}, decode(row)) for row in page])
        after = page[-1].position
        if progress is not None:
            progress(after, until)
    return view

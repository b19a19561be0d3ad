"""Compares a version of a read model with the log: folded anew, without anything that the rebuild has used."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from event_store.reading import EventReader
from projectors.checkpoints import load_checkpoints
from projectors.document_io import Database
from projectors.incomplete import IncompleteDocuments
from projectors.read_model import ReadModel
from projectors.verification.comparison import compare_documents, compare_tallies, compare_totals
from projectors.verification.refolded_view import RefoldedView
from projectors.verification.report import Findings
from schemas.codec import Stored, decode
from schemas.documents import CHECKPOINTS
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import TopicPartition
from schemas.wire import locate

PAGE = 5_000


class Compared(NamedTuple):
    """Up to which position a version was compared, with how many documents, and what differs."""

    position: int
    documents: int
    differences: int
    shown: tuple[str, ...]


async def compare(
    database: Database,
    reader: EventReader,
    model: ReadModel,
    *,
    partitions: int,
    on_position: Callable[[int, int], None] = lambda _position, _end: None,
) -> Compared:
    """Fold the log up to the version's checkpoints, and compare each document, tally and total with it."""
    name = model.view.name
    incomplete = IncompleteDocuments(database, [name])
    await incomplete.load()
    checkpoints = {
        mark.partition: mark.at.position for mark in await load_checkpoints(database[CHECKPOINTS]) if mark.view == name
    }
    view = RefoldedView(model, checkpoints, incomplete=incomplete)
    position, end = 0, view.highest_checkpoint
    while page := await reader.log(position, limit=PAGE, until=end, types=sorted(model.types)):
        view.apply(chain.from_iterable(_read(stored, model, partitions) for stored in page))
        position = page[-1].position
        on_position(position, end)
    findings = Findings()
    for compare_part in (compare_documents, compare_tallies, compare_totals):
        await compare_part(database, view, findings)
    shown = tuple(line for lines in findings.shown.values() for line in lines)
    return Compared(end, len(view.documents), sum(findings.counts.values()), shown)


def _read(stored: Stored, model: ReadModel, partitions: int) -> Iterator[tuple[dict[str, TopicPartition], Envelope]]:
    """Yield an event, and where the view's topic has it; nothing where it has not."""
    places, fields = locate(stored, partitions)
    if place := {each.topic: each for each in places if each.topic == model.view.topic}:
        with suppress(Poison):  # the rebuild has found it too, and left its document incomplete
            yield place, decode(stored, fields)

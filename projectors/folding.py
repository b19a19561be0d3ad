"""Folds a batch of events into the documents of one read model; no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from projectors.read_model import ReadModel
from schemas.documents import Document
from schemas.envelope import Envelope


class TallyChange(NamedTuple):
    """One document more (1) or less (-1) under a label, at a position."""

    label: str
    position: int
    change: int


@dataclass(frozen=True, slots=True)
class Folded:
    """The result of a fold: every changed document (None: deleted), its position, and the changes of the tallies."""

    documents: dict[str, Document | None] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    tally_changes: list[TallyChange] = field(default_factory=list)


def touched_ids(model: ReadModel, envelopes: Iterable[Envelope]) -> list[str]:
    """Return the ids of all documents that these events touch, each once."""
    return list(dict.fromkeys(key for envelope in envelopes for key, _ in model.touches(envelope)))


def fold(model: ReadModel, stored: Mapping[str, Document], envelopes: Iterable[Envelope]) -> Folded:
    """Apply events, in position order, to the stored documents; an event a document already has changes nothing."""
    folded = Folded()
    for envelope in envelopes:
        for key, part in model.touches(envelope):
            before = folded.documents[key] if key in folded.documents else stored.get(key)
            if before is not None and before["position"] >= envelope.position:
                continue
            after = model.project(before, part, envelope)
            if after is not before:
                if after is not None:
                    after["_id"], after["position"] = key, envelope.position
                folded.documents[key], folded.positions[key] = after, envelope.position
                folded.tally_changes.extend(_tally_changes(model, before, after, envelope.position))
    return folded


def _tally_changes(
    model: ReadModel, before: Document | None, after: Document | None, position: int
) -> Iterable[TallyChange]:
    old = model.labels(before) if before is not None else ()
    new = model.labels(after) if after is not None else ()
    if old == new:
        return
    yield from (TallyChange(label, position, -1) for label in sorted({*old} - {*new}))
    yield from (TallyChange(label, position, 1) for label in sorted({*new} - {*old}))

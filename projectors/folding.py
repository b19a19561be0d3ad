"""Many events into few documents: the pure half of the writer, and all of a verification."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from projectors.read_model import ReadModel
from schemas.documents import Document
from schemas.envelope import Envelope


class Count(NamedTuple):
    """One document more (1) or less (-1) under a label, since `position`."""

    label: str
    position: int
    change: int


@dataclass(frozen=True, slots=True)
class Folded:
    """What a batch comes to: the last state of every changed document (None: gone) with its position, and counts."""

    documents: dict[str, Document | None] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    counts: list[Count] = field(default_factory=list)


def touched(model: ReadModel, envelopes: Iterable[Envelope]) -> list[str]:
    """The ids of all documents these events touch, each once."""
    return list(dict.fromkeys(key for envelope in envelopes for key, _ in model.touches(envelope)))


def fold(model: ReadModel, stored: Mapping[str, Document], envelopes: Iterable[Envelope]) -> Folded:
    """Apply events, in position order, to the stored documents; those a document has seen change nothing."""
    folded = Folded()
    for envelope in envelopes:
        for key, part in model.touches(envelope):
            seen = folded.documents[key] if key in folded.documents else stored.get(key)
            if seen is not None and seen["position"] >= envelope.position:
                continue
            document = model.project(seen, part, envelope)
            if document is not seen:
                _keep(folded, model, key, seen, document, envelope.position)
    return folded


def _keep(
    folded: Folded, model: ReadModel, key: str, seen: Document | None, document: Document | None, position: int
) -> None:
    if document is not None:
        document["_id"], document["position"] = key, position
    folded.documents[key], folded.positions[key] = document, position
    before = model.labels(seen) if seen is not None else ()
    after = model.labels(document) if document is not None else ()
    if before != after:
        folded.counts.extend(Count(label, position, -1) for label in sorted({*before} - {*after}))
        folded.counts.extend(Count(label, position, 1) for label in sorted({*after} - {*before}))

"""Folds a batch of events into the documents of one read model; no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from projectors.read_model import ReadModel
from schemas.documents import Document
from schemas.envelope import Envelope


class ShareChange(NamedTuple):
    """What a document adds to the total of a bucket and name, more (or less) than before, at a position."""

    bucket: str
    name: str
    position: int
    change: int


class TallyChange(NamedTuple):
    """One document more (1) or less (-1) under a label, at a position."""

    label: str
    position: int
    change: int


@dataclass(frozen=True, slots=True)
class Folded:
    """The result of a fold: every changed document, its position, the changes of tallies and totals."""

    documents: dict[str, Document] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    tally_changes: list[TallyChange] = field(default_factory=list)
    share_changes: list[ShareChange] = field(default_factory=list)


def touched_ids(model: ReadModel, envelopes: Iterable[Envelope], partition: int = 0) -> list[str]:
    """Return the ids of all documents that these events of a partition touch, each once."""
    prefix = _prefix(model, partition)
    return list(dict.fromkeys(prefix + key for envelope in envelopes for key, _ in model.touches(envelope)))


def fold(model: ReadModel, stored: Mapping[str, Document], envelopes: Iterable[Envelope], partition: int = 0) -> Folded:
    """Apply a partition's events, in position order; one that a stored document already has changes nothing."""
    folded, prefix = Folded(), _prefix(model, partition)
    for envelope in envelopes:
        for touched, part in model.touches(envelope):
            key = prefix + touched
            before = folded.documents[key] if key in folded.documents else stored.get(key)
            if before is not None and before["position"] >= envelope.position:
                continue
            after = model.project(before, part, envelope)
            assert after is not None or before is None, "a document stays"  # noqa: S101 - its position guards it
            if after is not None and after is not before:
                after["_id"], after["position"] = key, envelope.position
                if prefix:
                    after["partition"] = partition
                folded.documents[key], folded.positions[key] = after, envelope.position
                folded.tally_changes.extend(_tally_changes(model, before, after, envelope.position))
                folded.share_changes.extend(_share_changes(model, before, after, envelope.position))
    return folded


def _prefix(model: ReadModel, partition: int) -> str:
    return f"{partition}/" if model.is_per_partition else ""


def _tally_changes(model: ReadModel, before: Document | None, after: Document, position: int) -> Iterable[TallyChange]:
    old = model.labels(before) if before is not None else ()
    new = model.labels(after)
    if old == new:
        return
    yield from (TallyChange(label, position, -1) for label in sorted({*old} - {*new}))
    yield from (TallyChange(label, position, 1) for label in sorted({*new} - {*old}))


def _share_changes(model: ReadModel, before: Document | None, after: Document, position: int) -> Iterable[ShareChange]:
    old = model.shares(before) if before is not None else {}
    new = model.shares(after)
    if old == new:
        return
    for bucket, name in sorted(old.keys() | new.keys()):
        if change := new.get((bucket, name), 0) - old.get((bucket, name), 0):
            yield ShareChange(bucket, name, position, change)

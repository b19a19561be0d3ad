"""Folds a batch of events into the documents of one read model; no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from projectors.read_model import ReadModel
from schemas.documents import Document
from schemas.envelope import Envelope

NOTHING: Mapping[str, int] = MappingProxyType({})


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


class FoldFailure(NamedTuple):
    """The event at which the document `key` could not be folded, and why; empty where the event names none."""

    key: str
    envelope: Envelope
    error: Exception


class Touch(NamedTuple):
    """A document by its id, an event that concerns it, and the part of the event that does."""

    key: str
    part: Any
    envelope: Envelope


def touches_of(model: ReadModel, envelopes: Iterable[Envelope], partition: int = 0) -> list[Touch]:
    """Return what these events of a partition touch, in their order."""
    prefix = id_prefix(model, partition)
    return [Touch(prefix + key, part, envelope) for envelope in envelopes for key, part in model.touches(envelope)]


def separate_untouchable(model: ReadModel, envelopes: Iterable[Envelope]) -> tuple[list[Envelope], list[FoldFailure]]:
    """Return the events that say which documents they touch, and the others as failures."""
    touching, failures = list[Envelope](), list[FoldFailure]()
    for envelope in envelopes:
        try:
            list(model.touches(envelope))
        except Exception as error:
            failures.append(FoldFailure("", envelope, error))
        else:
            touching.append(envelope)
    return touching, failures


def fold(
    model: ReadModel,
    stored: Mapping[str, Document],
    envelopes: Iterable[Envelope],
    partition: int = 0,
    *,
    lacking: Mapping[str, int] = NOTHING,
) -> Folded:
    """Apply a partition's events, in position order; one that a stored document already has changes nothing.

    Documents that are `lacking` events stay as they are from these positions on.
    """
    return fold_touches(model, stored, touches_of(model, envelopes, partition), lacking=lacking)


def fold_touches(
    model: ReadModel, stored: Mapping[str, Document], touches: Iterable[Touch], *, lacking: Mapping[str, int] = NOTHING
) -> Folded:
    """As `fold`, where it is known already what is touched."""
    folded = Folded()
    for touch in touches:
        if touch.key not in lacking or touch.envelope.position < lacking[touch.key]:
            _fold_one(model, folded, stored, touch)
    return folded


def fold_apart(
    model: ReadModel, stored: Mapping[str, Document], touches: Iterable[Touch], *, lacking: Mapping[str, int] = NOTHING
) -> tuple[Folded, list[FoldFailure]]:
    """As `fold_touches`, where one document fails: it has what came before, and all others have everything."""
    folded, failures = Folded(), dict[str, FoldFailure]()
    for touch in touches:
        key, _, envelope = touch
        if key in failures or (key in lacking and envelope.position >= lacking[key]):
            continue
        try:
            _fold_one(model, folded, stored, touch)
        except Exception as error:
            failures[key] = FoldFailure(key, envelope, error)
    return folded, list(failures.values())


def _fold_one(model: ReadModel, folded: Folded, stored: Mapping[str, Document], touch: Touch) -> None:
    key, part, envelope = touch
    before = folded.documents[key] if key in folded.documents else stored.get(key)
    if before is not None and before["position"] >= envelope.position:
        return
    after = model.project(before, part, envelope)
    assert after is not None or before is None, "a document stays"  # noqa: S101 - its position guards it
    if after is not None and after is not before:
        after["_id"], after["position"] = key, envelope.position
        if model.is_per_partition:
            after["partition"] = int(key.partition("/")[0])
        if before is None or [*map(before.get, model.counted)] != [*map(after.get, model.counted)]:
            tally_changes = list(changes_of_tallies(model, before, after, envelope.position))
            share_changes = list(changes_of_shares(model, before, after, envelope.position))
            folded.tally_changes.extend(tally_changes)
            folded.share_changes.extend(share_changes)
        folded.documents[key], folded.positions[key] = after, envelope.position


def id_prefix(model: ReadModel, partition: int) -> str:
    """Return what the ids of a partition's documents begin with."""
    return f"{partition}/" if model.is_per_partition else ""


def changes_of_tallies(
    model: ReadModel, before: Document | None, after: Document, position: int
) -> Iterable[TallyChange]:
    """Yield what the tallies gain and lose by a change of a document."""
    old = model.labels(before) if before is not None else ()
    new = model.labels(after)
    if old == new:
        return
    yield from (TallyChange(label, position, -1) for label in sorted({*old} - {*new}))
    yield from (TallyChange(label, position, 1) for label in sorted({*new} - {*old}))


def changes_of_shares(
    model: ReadModel, before: Document | None, after: Document, position: int
) -> Iterable[ShareChange]:
    """Yield what the totals gain and lose by a change of a document."""
    old = model.shares(before) if before is not None else {}
    new = model.shares(after)
    if old == new:
        return
    for bucket, name in sorted(old.keys() | new.keys()):
        if change := new.get((bucket, name), 0) - old.get((bucket, name), 0):
            yield ShareChange(bucket, name, position, change)

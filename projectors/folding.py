"""Folds a batch of events into the documents of one read model; no I/O."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from projectors.read_model import ReadModel, ShareChange, Touch
from schemas.documents import Document
from schemas.envelope import Envelope

NOTHING: Mapping[str, int] = MappingProxyType({})


class TallyChange(NamedTuple):
    """One document more (1) or less (-1) under a label, at a position."""

    label: str
    position: int
    change: int


class Counted(NamedTuple):
    """What a document counts for: once under each label, and each share in the total of its bucket and name."""

    labels: Collection[str]
    shares: Mapping[tuple[str, str], int]


NOT_COUNTED = Counted((), {})


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


Touches = dict[str, list[Touch]]
"""By the ids of documents: the events that concern each, in their order, and of each the part that does."""


def touches_of(model: ReadModel, envelopes: Iterable[Envelope], partition: int = 0) -> Touches:
    """Return what these events of a partition touch."""
    prefix = id_prefix(model, partition)
    found: Touches = defaultdict(list)
    for envelope in envelopes:
        for key, part in model.touches(envelope):
            found[prefix + key].append((part, envelope))
    return found


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

    Documents that are `lacking` events stay as they are from these positions on. The first error is raised.
    """
    folded, failures = fold_touches(model, stored, touches_of(model, envelopes, partition), lacking=lacking)
    for failure in failures:
        raise failure.error
    return folded


def fold_touches(
    model: ReadModel, stored: Mapping[str, Document], touches: Touches, *, lacking: Mapping[str, int] = NOTHING
) -> tuple[Folded, list[FoldFailure]]:
    """As `fold`, where it is known already what is touched, and where a document may fail.

    One that does has what came before, and all others have everything. Failures are in the order of the log.
    """
    folded, failures = Folded(), list[FoldFailure]()
    for key, group in touches.items():
        rest = [touch for touch in group if touch[1].position < lacking[key]] if key in lacking else group
        if failure := _fold_document(model, folded, key, stored.get(key), rest):
            failures.append(failure)
    failures.sort(key=lambda failure: failure.envelope.position)
    return folded, failures


def _fold_document(
    model: ReadModel, folded: Folded, key: str, stored: Document | None, touches: Sequence[Touch]
) -> FoldFailure | None:
    """Fold one document's events, up to the first that fails."""
    if stored is not None and touches and touches[0][1].position <= stored["position"]:
        touches = [touch for touch in touches if touch[1].position > stored["position"]]
    if not touches:
        return None
    if model.project_all is None:
        return _fold_each(model, folded, key, stored, touches)
    try:
        document = model.project_all(stored, touches)
        shares = model.shares_of_touches(touches)
    except Exception:  # of one event, which is found one after another
        return _fold_each(model, folded, key, stored, touches)
    folded.share_changes.extend(shares)
    _add_document(model, folded, key, document, touches[-1][1].position)
    return None


def _fold_each(
    model: ReadModel, folded: Folded, key: str, stored: Document | None, touches: Sequence[Touch]
) -> FoldFailure | None:
    """Fold one document's events one after another, up to the first that fails."""
    before, counted, changed_at = stored, None if stored else NOT_COUNTED, 0
    failure = None
    for part, envelope in touches:
        try:
            after = model.project(before, part, envelope)
            assert after is not None or before is None, "a document stays"  # noqa: S101 - its position guards it
            if after is None or after is before:
                continue
            position = envelope.position
            if before is None or _may_count_anew(model, before, after):
                old = counted or counted_of(model, before)
                counted = counted_of(model, after)
                tallies, shares = changes_of_tallies(old, counted, position), changes_of_shares(old, counted, position)
                folded.tally_changes.extend(tallies)
                folded.share_changes.extend(shares)
        except Exception as error:
            failure = FoldFailure(key, envelope, error)
            break
        before, changed_at = after, position
    if before is not None and changed_at:
        _add_document(model, folded, key, before, changed_at)
    return failure


def _add_document(model: ReadModel, folded: Folded, key: str, document: Document, position: int) -> None:
    document["_id"], document["position"] = key, position
    if model.is_per_partition:
        document["partition"] = int(key.partition("/")[0])
    folded.documents[key], folded.positions[key] = document, position


def _may_count_anew(model: ReadModel, before: Document, after: Document) -> bool:
    for name in model.counted:  # noqa: SIM110 - `any` takes three times as long, and this runs for every event
        if before.get(name) != after.get(name):
            return True
    return False


def id_prefix(model: ReadModel, partition: int) -> str:
    """Return what the ids of a partition's documents begin with."""
    return f"{partition}/" if model.is_per_partition else ""


def counted_of(model: ReadModel, document: Document | None) -> Counted:
    """Return under which labels a document is counted, and what it adds to the totals."""
    return NOT_COUNTED if document is None else Counted(model.labels(document), model.shares(document))


def changes_of_tallies(old: Counted, new: Counted, position: int) -> list[TallyChange]:
    """Return what the tallies gain and lose by a change of a document."""
    if old.labels == new.labels:
        return []
    before, after = dict.fromkeys(old.labels), dict.fromkeys(new.labels)
    changes = [TallyChange(label, position, -1) for label in before if label not in after]
    changes += [TallyChange(label, position, 1) for label in after if label not in before]
    return changes


def changes_of_shares(old: Counted, new: Counted, position: int) -> list[ShareChange]:
    """Return what the totals gain and lose by a change of a document."""
    if old.shares == new.shares:
        return []
    before, after = old.shares, new.shares
    changed = [each for each, amount in after.items() if before.get(each) != amount]
    changed += [each for each in before if each not in after]
    return [ShareChange(*each, (position,), after.get(each, 0) - before.get(each, 0)) for each in changed]

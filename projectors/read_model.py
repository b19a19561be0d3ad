"""A read model as data: the events it reads, the documents they touch, and the fold of one into the other."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.documents import Document, View
from schemas.envelope import Envelope


class ShareChange(NamedTuple):
    """What a document adds to the total of a bucket and name, more (or less) than before, at each of these positions.

    They are in order.
    """

    bucket: str
    name: str
    positions: Sequence[int]
    change: int

    @property
    def total(self) -> int:
        """What it adds at all of them."""
        return self.change * len(self.positions)


Touches = Callable[[Envelope], Iterable[tuple[str, Any]]]
Touch = tuple[Any, Envelope]
"""An event that concerns a document, and the part of it that does."""
Project = Callable[[Document | None, Any, Envelope], Document | None]
ProjectAll = Callable[[Document | None, Sequence[Touch]], Document]
Labels = Callable[[Document], Collection[str]]
Shares = Callable[[Document], Mapping[tuple[str, str], int]]
SharesOfTouches = Callable[[Sequence[Touch]], Sequence[ShareChange]]
Index = tuple[tuple[str, int], ...]
"""Fields of one index, each with its direction (1 or -1)."""


def no_labels(_: Document) -> Collection[str]:
    """Return nothing: the `labels` of a view whose documents are not counted."""
    return ()


def no_shares(_: Document) -> Mapping[tuple[str, str], int]:
    """Return nothing: the `shares` of a view whose documents are not summed."""
    return {}


def no_shares_of_touches(_: Sequence[Touch]) -> Sequence[ShareChange]:
    """Return nothing: as `no_shares`, of what touches a document."""
    return ()


def one_by_one(project_all: ProjectAll) -> Project:
    """Return the `project` that applies a single event."""
    return lambda document, part, envelope: project_all(document, [(part, envelope)])


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One view of the log.

    `touches` gives every document an event concerns, once each, with its part of the event. `project` turns the
    document and that part into the next document: the same object when nothing changed, a new one otherwise, None while
    there is none. A document is never taken away: its position keeps older events from it. It is counted under each of
    its `labels`, and adds each of its `shares` to the total of that bucket and name; both read nothing but the fields
    that are `counted`.

    Where documents only add up, `project_all` applies many events as `project` does one after another, with a new
    document once. Every event changes such a document; what they add to its shares, `shares_of_touches`, follows from
    the events alone.
    """

    view: View
    types: frozenset[str]
    touches: Touches
    project: Project
    indexes: tuple[Index, ...]
    labels: Labels = no_labels
    shares: Shares = no_shares
    counted: tuple[str, ...] = ()
    project_all: ProjectAll | None = None
    shares_of_touches: SharesOfTouches = no_shares_of_touches
    is_per_partition: bool = False
    """Whether an id means a document in each partition: the partition's number begins its `_id` and is a field of it.
    Such views are summed over the partitions when asked."""

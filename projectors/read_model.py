"""A read model as data: the events it reads, the documents they touch, and the fold of one into the other."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.documents import Document, View
from schemas.envelope import Envelope

Touches = Callable[[Envelope], Iterable[tuple[str, Any]]]
Project = Callable[[Document | None, Any, Envelope], Document | None]
Labels = Callable[[Document], Collection[str]]
Shares = Callable[[Document], Mapping[tuple[str, str], int]]
Index = tuple[tuple[str, int], ...]
"""Fields of one index, each with its direction (1 or -1)."""


def no_labels(_: Document) -> Collection[str]:
    """Return nothing: the `labels` of a view whose documents are not counted."""
    return ()


def no_shares(_: Document) -> Mapping[tuple[str, str], int]:
    """Return nothing: the `shares` of a view whose documents are not summed."""
    return {}


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One view of the log.

    `touches` gives every document an event concerns, once each, with its part of the event. `project` turns the
    document and that part into the next document: the same object when nothing changed, a new one otherwise, None while
    there is none. A document is never taken away: its position keeps older events from it. It is counted under each of
    its `labels`, and adds each of its `shares` to the total of that bucket and name; both read nothing but the fields
    that are `counted`.
    """

    view: View
    types: frozenset[str]
    touches: Touches
    project: Project
    indexes: tuple[Index, ...]
    labels: Labels = no_labels
    shares: Shares = no_shares
    counted: tuple[str, ...] = ()
    is_per_partition: bool = False
    """Whether an id means a document in each partition: the partition's number begins its `_id` and is a field of it.
    Such views are summed over the partitions when asked."""

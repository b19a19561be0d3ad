"""A read model as data: the events it reads, the documents they touch, and the fold of one into the other."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from schemas.documents import Document, View
from schemas.envelope import Envelope

Touches = Callable[[Envelope], Iterable[tuple[str, Any]]]
Project = Callable[[Document | None, Any, Envelope], Document | None]
Labels = Callable[[Document], Collection[str]]
Index = tuple[tuple[str, int], ...]
"""Fields of one index, each with its direction (1 or -1)."""


def no_labels(_: Document) -> Collection[str]:
    """Return nothing: the `labels` of a view whose documents are not counted."""
    return ()


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One view of the log.

    `touches` gives every document an event concerns, once each, with its part of the event. `project` turns the
    document and that part into the next document: the same object when nothing changed, a new one otherwise,
    None when there is none (any more). A document is counted under each of its `labels`.
    """

    view: View
    types: frozenset[str]
    touches: Touches
    project: Project
    indexes: tuple[Index, ...]
    labels: Labels = no_labels

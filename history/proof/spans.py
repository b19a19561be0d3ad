"""Of which leaves a proof has the hashes, and where the levels of a tree have what these are computed from."""

from typing import NamedTuple

from history.proof.frontier import HEIGHT, WIDTH
from history.proof.merkle import split


class Span(NamedTuple):
    """The leaves from `first` to before `end`, counted from 0."""

    first: int
    end: int


class LevelSpan(NamedTuple):
    """The hashes of one level from `first` to before `end`."""

    level: int
    first: int
    end: int


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return whose roots prove that a leaf is in a tree (RFC 6962, 2.1.1), from the leaf up; 0 ≤ index < size."""
    spans, first, end = list[Span](), 0, size
    while end - first > 1:
        middle = first + split(end - first)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(first, middle))
            first = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return whose roots prove that a tree has grown out of another (RFC 6962, 2.1.2); 0 ≤ old ≤ new."""
    spans, first, end = list[Span](), 0, new
    while 0 < old < end:
        middle = first + split(end - first)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(first, middle))
            first = middle
    if first:
        spans.append(Span(first, end))
    return spans[::-1]


def level_spans(span: Span) -> list[LevelSpan]:
    """Return by level, the leaves first, what the root of a span is computed from; it is one of a proof, or a tree."""
    found, level, (first, end) = list[LevelSpan](), 0, span
    while first < end:
        covered = end >> HEIGHT << HEIGHT if first % WIDTH == 0 else first
        if covered < end:
            found.append(LevelSpan(level, covered, end))
        level, first, end = level + 1, first >> HEIGHT, covered >> HEIGHT
    return found

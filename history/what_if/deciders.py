"""What states would be, had a candidate decider folded the recorded streams."""

from typing import Any, NamedTuple

from domain.decider import Decider
from history.time_travel.aggregates import DECIDERS
from history.time_travel.changes import find_changes
from history.time_travel.plain import as_plain
from history.what_if.log import Period, ReadOnlyLog
from schemas.codec import decode_event
from schemas.stream_names import category_of
from schemas.time_travel import Change

PAGE = 1_000


class StreamDifference(NamedTuple):
    """A stream whose state would be another one, and in which fields."""

    stream: str
    changes: list[Change]


class DeciderDifference(NamedTuple):
    """How many streams were folded both ways, and those whose states differ."""

    streams: int
    differing: list[StreamDifference]


async def what_if_folded(
    log: ReadOnlyLog, category: str, candidate: Decider[Any, Any, Any], period: Period
) -> DeciderDifference:
    """Fold every stream of a category by the decider in force and by a candidate.

    Raises:
        KeyError: No decider folds this category.
        Poison: One of its events cannot be read.
    """
    current = DECIDERS[category]
    states, after = dict[str, tuple[Any, Any]](), period.after
    while page := await log.log(after, limit=PAGE, until=period.until):
        for row in page:
            if category_of(row.stream) == category:
                event = decode_event(row)
                old, new = states.get(row.stream, (current.initial, candidate.initial))
                states[row.stream] = current.evolve(old, event), candidate.evolve(new, event)
        after = page[-1].position
    changed = ((stream, find_changes(as_plain(old), as_plain(new))) for stream, (old, new) in states.items())
    return DeciderDifference(len(states), [StreamDifference(stream, found) for stream, found in changed if found])

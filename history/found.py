"""How the log is searched, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from schemas.logged_event import LoggedEvent

Versions = Mapping[str, int]
"""By stream, the version that comes next."""
Place = int | Versions
"""Where a search goes on: at a position of the log, or at a version of each stream."""
LIMIT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """From where on (with it), in which direction, and for how many events the log is searched.

    Without `start` the search begins at the end of the log or of the streams, and at their beginning where the oldest
    come first. `look` is how many events are compared at most; None is as many as the search can afford.
    """

    start: Place | None = None
    newest_first: bool = True
    limit: int = LIMIT
    look: int | None = None


class Found(NamedTuple):
    """What was found, in the order of the search; `next` is where it goes on, None where nothing is left.

    `looked_at` events were compared, the lowest position of them was `first` and the highest `last`; 0 and 0 where
    there was none.
    """

    events: list[LoggedEvent]
    next: Place | None
    looked_at: int
    first: int
    last: int


NOTHING = Found([], None, 0, 0, 0)

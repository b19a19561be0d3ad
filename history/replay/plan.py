"""What a replay was asked for, so that one that was interrupted is taken up again, and no other."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson

from history.event_filter import EventFilter


class OtherReplay(Exception):
    """What is there is no unfinished part of this replay."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is replayed of which log; `until` is the position that the log ended at when the replay began."""

    log_id: str
    asked: Mapping[str, object]
    until: int

    @property
    def digest(self) -> str:
        """The same for all that ask for the same of the same log, whenever they begin."""
        said = orjson.dumps([self.log_id, self.asked], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(said).hexdigest()[:32]


def describe(wanted: EventFilter, first: int, last: int | None) -> dict[str, object]:
    """Return what was asked for, as JSON gives it back."""
    asked = asdict(wanted) | {"first": first, "last": last}
    fields: dict[str, object] = orjson.loads(orjson.dumps(asked, default=sorted))
    return fields

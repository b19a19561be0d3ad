"""What was fetched together stays together: one of Faust's events carries all messages of a fetch from a partition.

Faust spends a tenth of a millisecond on every event. The offset of such an event is that of its last message; those
before it are acknowledged with it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any


class Fetch(bytes):
    """The value of such an event; as bytes it is empty, for Faust looks no further."""

    records: Sequence[Any]


def merge_fetch(records: Sequence[Any]) -> Any:
    """The last of these records, carrying all of them."""
    fetch = Fetch()
    fetch.records = records
    return replace(records[-1], key=None, value=fetch, headers=())


def records_of(message: Any) -> Sequence[Any]:
    """The records a message carries, oldest first."""
    records: Sequence[Any] = message.value.records
    return records


def committable_offset(fetches: deque[int], acknowledged: set[int], committed: int) -> int | None:
    """The offset to go on at: behind the oldest fetches of a partition, as far as all of them are acknowledged.

    Both hold the last offsets of fetches, `fetches` in the order in which they came. What is finished is taken out, and
    so is what came again although it was committed: nobody acknowledges that. None if the oldest is still under way.
    """
    last = None
    while fetches and (fetches[0] in acknowledged or fetches[0] < committed):
        last = fetches.popleft()
        acknowledged.discard(last)
    return None if last is None else last + 1

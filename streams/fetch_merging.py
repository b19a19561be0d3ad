"""Merges all messages of one fetch from a partition into one event of Faust, which spends 0.1 ms on each event.

The offset of such an event is that of its last message; those before it are acknowledged with it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any


class Fetch(bytes):
    """The value of such an event. It is empty bytes to Faust, and carries the records."""

    records: Sequence[Any]


def merge_fetch(records: Sequence[Any]) -> Any:
    """Return the last of these records with all of them as its value."""
    fetch = Fetch()
    fetch.records = records
    return replace(records[-1], key=None, value=fetch, headers=())


def records_of(message: Any) -> Sequence[Any]:
    """Return the records a merged message carries, oldest first."""
    records: Sequence[Any] = message.value.records
    return records


def committable_offset(fetches: deque[int], acknowledged: set[int], committed: int) -> int | None:
    """Return the offset to commit: the one after the last fetch before which all fetches are acknowledged.

    Both collections hold the last offsets of the fetches of one partition, `fetches` in order of arrival. Fetches that
    are finished are removed from both, and so are those delivered again after their commit, which nobody acknowledges.
    None if the oldest fetch is not finished.
    """
    last = None
    while fetches and (fetches[0] in acknowledged or fetches[0] < committed):
        last = fetches.popleft()
        acknowledged.discard(last)
    return None if last is None else last + 1

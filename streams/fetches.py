"""What was fetched together stays together: one of Faust's events carries all messages of a fetch from a partition.

Faust spends a tenth of a millisecond on every event. It takes the offset of such an event for that of its last
message, and those before it for a gap as compaction leaves them: acknowledged with the event behind it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any


class Fetch(bytes):
    """The value of such an event; as bytes it is empty, for Faust looks no further."""

    records: Sequence[Any]


def together(records: Sequence[Any]) -> Any:
    """The last of these records, carrying all of them."""
    fetch = Fetch()
    fetch.records = records
    return replace(records[-1], key=None, value=fetch, headers=())


def fetched(message: Any) -> Sequence[Any]:
    """The records a message carries, oldest first."""
    records: Sequence[Any] = message.value.records
    return records

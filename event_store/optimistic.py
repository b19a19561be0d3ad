"""Optimistic recording: assume that streams are at the expected versions, and let the database refuse otherwise.

That holds nearly always, and then nothing has to be read before the write.
"""

from collections.abc import Mapping, Sequence

from event_store.backend import AppendOutcome
from event_store.conflicts import keys_of
from event_store.records import AppendRequest, AppendResult


def expected_versions(requests: Sequence[AppendRequest]) -> Mapping[str, int] | None:
    """Return the version each stream must have for all requests to be accepted; None where they exclude each other."""
    expected: dict[str, int] = {}
    latest: dict[str, int] = {}
    for request in requests:
        for event in request.events:
            stream, before = event.stream, event.version - 1
            if latest.get(stream, before) != before:
                return None
            expected.setdefault(stream, before)
            latest[stream] = before + 1
    keys = keys_of(requests)
    return expected if len(keys) == len(set(keys)) else None


def consecutive_results(requests: Sequence[AppendRequest], head: int) -> list[AppendResult]:
    """Return the positions of requests that were all recorded, one after another, after position `head`."""
    results = []
    for request in requests:
        count = len(request.events)
        results.append(AppendResult(head + 1, head + count) if count else AppendResult(0, 0))
        head += count
    return results


def shift_positions(outcome: AppendOutcome, checked_head: int, head: int) -> AppendOutcome:
    """Move new positions of an outcome that was found at `checked_head` and recorded after `head`."""
    if head == checked_head or not isinstance(outcome, AppendResult):
        return outcome
    first, last = (
        position + head - checked_head if position > checked_head else position
        for position in (outcome.first, outcome.last)
    )
    return AppendResult(first, last)

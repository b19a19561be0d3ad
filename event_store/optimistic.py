"""Taking a batch at its word: what its requests expect is assumed, and left to the database to refuse.

Where that holds, and it nearly always does, nothing has to be read before the write.
"""

from collections.abc import Mapping, Sequence

from event_store.backend import AppendOutcome
from event_store.conflicts import keys_of
from event_store.records import AppendRequest, AppendResult


def expected_versions(requests: Sequence[AppendRequest]) -> Mapping[str, int] | None:
    """The version each stream must stand at for every request to be accepted; None where they contradict each other."""
    after: dict[str, int] = {}
    reached: dict[str, int] = {}
    for request in requests:
        for event in request.events:
            stream, before = event.stream, event.version - 1
            if reached.get(stream, before) != before:
                return None
            after.setdefault(stream, before)
            reached[stream] = before + 1
    keys = keys_of(requests)
    return after if len(keys) == len(set(keys)) else None


def consecutive_results(requests: Sequence[AppendRequest], head: int) -> list[AppendResult]:
    """Where requests stand that were all recorded, one after another, behind `head`."""
    results = []
    for request in requests:
        count = len(request.events)
        results.append(AppendResult(head + 1, head + count) if count else AppendResult(0, 0))
        head += count
    return results


def shifted(outcome: AppendOutcome, judged_at: int, head: int) -> AppendOutcome:
    """The outcome of a batch judged at one head and recorded at another: what is new moves with it."""
    if head == judged_at or not isinstance(outcome, AppendResult):
        return outcome
    first, last = (
        position + head - judged_at if position > judged_at else position for position in (outcome.first, outcome.last)
    )
    return AppendResult(first, last)

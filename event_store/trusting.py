"""Taking a batch at its word: what its units expect is assumed, and left to the database to refuse.

Where that holds, and it nearly always does, nothing has to be read before the write.
"""

from collections.abc import Mapping, Sequence

from event_store.backend import Outcome
from event_store.judging import keys_of
from event_store.records import Append, Appended


def expected(units: Sequence[Append]) -> Mapping[str, int] | None:
    """The version each stream must stand at for every unit to be accepted; None where they contradict each other."""
    after: dict[str, int] = {}
    reached: dict[str, int] = {}
    for unit in units:
        for event in unit.events:
            stream, before = event.stream, event.version - 1
            if reached.get(stream, before) != before:
                return None
            after.setdefault(stream, before)
            reached[stream] = before + 1
    keys = keys_of(units)
    return after if len(keys) == len(set(keys)) else None


def in_turn(units: Sequence[Append], head: int) -> list[Appended]:
    """Where units stand that were all recorded, one after another, behind `head`."""
    places = []
    for unit in units:
        count = len(unit.events)
        places.append(Appended(head + 1, head + count) if count else Appended(0, 0))
        head += count
    return places


def moved(outcome: Outcome, judged_at: int, head: int) -> Outcome:
    """The outcome of a batch judged at one head and recorded at another: what is new moves with it."""
    if head == judged_at or not isinstance(outcome, Appended):
        return outcome
    first, last = (place + head - judged_at if place > judged_at else place for place in (outcome.first, outcome.last))
    return Appended(first, last)

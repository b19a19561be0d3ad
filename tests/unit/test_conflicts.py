"""The judge of a whole batch says what a plain store would say, asked one by one."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from event_store.conflicts import (
    Accepted,
    AlreadyRecorded,
    KeyConflict,
    KnownState,
    RecordedEvent,
    StreamVersion,
    Verdict,
    VersionConflict,
    check_appends,
    contested_versions,
    keys_of,
    streams_of,
)
from event_store.records import AppendRequest, AppendResult, IdempotencyRecord
from event_store.write_set import build_write_set
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.order import OrderCompleted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Naive:
    """A list of events and a dictionary of answers: slow, and easy to believe."""

    def __init__(self) -> None:
        self.log: list[Envelope] = []
        self.answers: dict[str, bytes] = {}

    def version_of(self, stream: str) -> int:
        return sum(event.stream == stream for event in self.log)

    def position_of(self, event: Envelope) -> int | None:
        same = (event.id, event.stream, event.version)
        places = {(known.id, known.stream, known.version): n for n, known in enumerate(self.log, start=1)}
        return places.get(same)

    def append(self, unit: AppendRequest) -> Verdict:
        first = len(self.log) + 1
        moved: list[str] = []
        for event in unit.events:
            self.log.append(event)
            if event.version != self.version_of(event.stream):
                moved.append(event.stream)
        if moved or (unit.idempotency and unit.idempotency.key in self.answers):
            del self.log[first - 1 :]
            return self._refusal(unit, moved)
        self._remember(unit)
        return Accepted(AppendResult(first, len(self.log)) if unit.events else AppendResult(0, 0))

    def _refusal(self, unit: AppendRequest, moved: list[str]) -> Verdict:
        positions = [self.position_of(event) for event in unit.events]
        known = self.answers.get(unit.idempotency.key) if unit.idempotency else None
        is_same = unit.idempotency is None or known in (None, unit.idempotency.fingerprint)
        if moved and is_same and (found := [position for position in positions if position]) and None not in positions:
            self._remember(unit)
            return AlreadyRecorded(AppendResult(min(found), max(found)))
        if unit.idempotency and known is not None:
            return KeyConflict(unit.idempotency.key)
        return VersionConflict(tuple(dict.fromkeys(moved)))

    def _remember(self, unit: AppendRequest) -> None:
        if unit.idempotency:
            self.answers.setdefault(unit.idempotency.key, unit.idempotency.fingerprint)

    def standing(self, units: list[AppendRequest]) -> KnownState:
        """What a backend would look up for this batch, and nothing more."""
        versions = {stream: self.version_of(stream) for stream in streams_of(units)}
        spots = contested_versions(units, versions)
        places = {
            StreamVersion(event.stream, event.version): RecordedEvent(event.id, n)
            for n, event in enumerate(self.log, start=1)
        }
        return KnownState(
            head=len(self.log),
            versions={stream: version for stream, version in versions.items() if version},
            recorded={spot: places[spot] for spot in spots},
            keys={key: self.answers[key] for key in keys_of(units) if key in self.answers},
        )


@st.composite
def units(draw: st.DrawFn) -> AppendRequest:
    """Few streams, versions, causes and keys, so that everything meets everything."""
    cause = Cause(id=draw(st.sampled_from("mnop")), at=NOON, correlation_id="c")
    parts = draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.integers(1, 2)), max_size=2))
    key = draw(st.sampled_from([None, None, "k", "l"]))
    return AppendRequest(
        events=tuple(
            event
            for stream, after, n in parts
            for event in wrap_events(stream, after, [OrderCompleted(order_id="1")] * n, cause, subject_id=str(after))
        ),
        idempotency=IdempotencyRecord(key, draw(st.sampled_from([b"f", b"g"])), b"", NOON) if key else None,
    )


def unit(
    stream: str, after: int = 0, *, by: str = "m", n: int = 1, answer: IdempotencyRecord | None = None
) -> AppendRequest:
    cause = Cause(id=by, at=NOON, correlation_id="c")
    return AppendRequest(
        events=tuple(wrap_events(stream, after, [OrderCompleted(order_id="1")] * n, cause)), idempotency=answer
    )


EMPTY = KnownState(head=0, versions={}, recorded={}, keys={})


@given(st.lists(st.lists(units(), max_size=6), max_size=4))
def test_a_batch_is_judged_as_its_units_would_be_one_by_one(batches: list[list[AppendRequest]]) -> None:
    naive = Naive()
    for some in batches:
        standing = naive.standing(some)
        assert check_appends(some, standing) == [naive.append(one) for one in some]


@given(st.lists(units(), max_size=12))
def test_what_is_accepted_leaves_no_gap_in_positions_or_versions(some: list[AppendRequest]) -> None:
    verdicts = check_appends(some, EMPTY)
    states = [[b"{}"] * len(one.events) for one in some]
    rows = build_write_set(some, states, verdicts).events
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    for stream in streams_of(some):
        versions = [row.version for row in rows if row.stream == stream]
        assert versions == list(range(1, len(versions) + 1))


def test_a_unit_that_expects_the_one_before_it_is_chained_to_it() -> None:
    chain = [unit("a", 4, by="m", n=2), unit("a", 6, by="n")]
    standing = KnownState(head=10, versions={"a": 4}, recorded={}, keys={})
    assert check_appends(chain, standing) == [Accepted(AppendResult(11, 12)), Accepted(AppendResult(13, 13))]


def test_a_refused_unit_takes_those_chained_to_it_along() -> None:
    chain = [unit("a", 1, by="m"), unit("a", 2, by="n"), unit("b")]
    assert check_appends(chain, EMPTY) == [
        VersionConflict(("a",)),
        VersionConflict(("a",)),
        Accepted(AppendResult(1, 1)),
    ]


def test_a_lost_acknowledgement_is_told_by_the_ids_at_the_same_spots() -> None:
    again, other = unit("a", by="m"), unit("a", by="n")
    standing = KnownState(
        head=7, versions={"a": 1}, recorded={StreamVersion("a", 1): RecordedEvent(again.events[0].id, 5)}, keys={}
    )
    assert check_appends([again, other], standing) == [AlreadyRecorded(AppendResult(5, 5)), VersionConflict(("a",))]


def test_a_taken_key_is_told_before_a_moved_stream() -> None:
    late = unit("a", 3, answer=IdempotencyRecord("k", b"f", b"", NOON))
    standing = KnownState(head=0, versions={}, recorded={}, keys={"k": b"f"})
    assert check_appends([late], standing) == [KeyConflict("k")]

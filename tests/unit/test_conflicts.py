"""Checking a whole batch gives the verdicts of a simple store that takes its requests one by one."""

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


class SimpleStore:
    """A list of events and a dictionary of keys: slow, but evidently right."""

    def __init__(self) -> None:
        self.log: list[Envelope] = []
        self.keys: dict[str, bytes] = {}

    def version_of(self, stream: str) -> int:
        return sum(event.stream == stream for event in self.log)

    def position_of(self, event: Envelope) -> int | None:
        same = (event.id, event.stream, event.version)
        positions = {(known.id, known.stream, known.version): n for n, known in enumerate(self.log, start=1)}
        return positions.get(same)

    def append(self, request: AppendRequest) -> Verdict:
        first = len(self.log) + 1
        conflicting: list[str] = []
        for event in request.events:
            self.log.append(event)
            if event.version != self.version_of(event.stream):
                conflicting.append(event.stream)
        if conflicting or (request.idempotency and request.idempotency.key in self.keys):
            del self.log[first - 1 :]
            return self._refuse(request, conflicting)
        self._keep_key(request)
        return Accepted(AppendResult(first, len(self.log)) if request.events else AppendResult(0, 0))

    def _refuse(self, request: AppendRequest, conflicting: list[str]) -> Verdict:
        positions = [self.position_of(event) for event in request.events]
        known = self.keys.get(request.idempotency.key) if request.idempotency else None
        is_same = request.idempotency is None or known in (None, request.idempotency.fingerprint)
        if (
            conflicting
            and is_same
            and (found := [position for position in positions if position])
            and None not in positions
        ):
            self._keep_key(request)
            return AlreadyRecorded(AppendResult(min(found), max(found)))
        if request.idempotency and known is not None:
            return KeyConflict(request.idempotency.key)
        return VersionConflict(tuple(dict.fromkeys(conflicting)))

    def _keep_key(self, request: AppendRequest) -> None:
        if request.idempotency:
            self.keys.setdefault(request.idempotency.key, request.idempotency.fingerprint)

    def known_state(self, requests: list[AppendRequest]) -> KnownState:
        """What a backend would look up for this batch, and nothing more."""
        versions = {stream: self.version_of(stream) for stream in streams_of(requests)}
        recorded = {
            StreamVersion(event.stream, event.version): RecordedEvent(event.id, n)
            for n, event in enumerate(self.log, start=1)
        }
        return KnownState(
            head=len(self.log),
            versions={stream: version for stream, version in versions.items() if version},
            recorded={at: recorded[at] for at in contested_versions(requests, versions)},
            keys={key: self.keys[key] for key in keys_of(requests) if key in self.keys},
        )


@st.composite
def drawn_requests(draw: st.DrawFn) -> AppendRequest:
    """Few streams, versions, causes and keys, so that requests conflict in every way."""
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


def request(
    stream: str, after: int = 0, *, by: str = "m", n: int = 1, answer: IdempotencyRecord | None = None
) -> AppendRequest:
    cause = Cause(id=by, at=NOON, correlation_id="c")
    return AppendRequest(
        events=tuple(wrap_events(stream, after, [OrderCompleted(order_id="1")] * n, cause)), idempotency=answer
    )


EMPTY = KnownState(head=0, versions={}, recorded={}, keys={})


@given(st.lists(st.lists(drawn_requests(), max_size=6), max_size=4))
def test_a_batch_is_checked_as_its_requests_would_be_one_by_one(batches: list[list[AppendRequest]]) -> None:
    store = SimpleStore()
    for batch in batches:
        known = store.known_state(batch)
        assert check_appends(batch, known) == [store.append(request) for request in batch]


@given(st.lists(drawn_requests(), max_size=12))
def test_what_is_accepted_leaves_no_gap_in_positions_or_versions(batch: list[AppendRequest]) -> None:
    verdicts = check_appends(batch, EMPTY)
    states = [[b"{}"] * len(each.events) for each in batch]
    rows = build_write_set(batch, states, verdicts).events
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    for stream in streams_of(batch):
        versions = [row.version for row in rows if row.stream == stream]
        assert versions == list(range(1, len(versions) + 1))


def test_a_request_may_continue_the_stream_of_the_one_before_it() -> None:
    requests = [request("a", 4, by="m", n=2), request("a", 6, by="n")]
    known = KnownState(head=10, versions={"a": 4}, recorded={}, keys={})
    assert check_appends(requests, known) == [Accepted(AppendResult(11, 12)), Accepted(AppendResult(13, 13))]


def test_what_continues_a_refused_request_is_refused_too() -> None:
    requests = [request("a", 1, by="m"), request("a", 2, by="n"), request("b")]
    assert check_appends(requests, EMPTY) == [
        VersionConflict(("a",)),
        VersionConflict(("a",)),
        Accepted(AppendResult(1, 1)),
    ]


def test_a_lost_acknowledgement_is_known_by_the_ids_at_the_same_versions() -> None:
    again, other = request("a", by="m"), request("a", by="n")
    known = KnownState(
        head=7, versions={"a": 1}, recorded={StreamVersion("a", 1): RecordedEvent(again.events[0].id, 5)}, keys={}
    )
    assert check_appends([again, other], known) == [AlreadyRecorded(AppendResult(5, 5)), VersionConflict(("a",))]


def test_a_key_in_use_is_reported_before_a_conflicting_stream() -> None:
    late = request("a", 3, answer=IdempotencyRecord("k", b"f", b"", NOON))
    known = KnownState(head=0, versions={}, recorded={}, keys={"k": b"f"})
    assert check_appends([late], known) == [KeyConflict("k")]

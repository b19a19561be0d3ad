"""The judge of a whole batch says what a plain store would say, asked one by one."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from event_store.batch import batch
from event_store.judging import (
    Accepted,
    AlreadyThere,
    Moved,
    Seen,
    Spot,
    Standing,
    Taken,
    Verdict,
    contested,
    judge,
    keys_of,
    streams_of,
)
from event_store.records import Answer, Append, Appended
from schemas.envelope import Cause, Envelope, enveloped
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

    def append(self, unit: Append) -> Verdict:
        first = len(self.log) + 1
        moved: list[str] = []
        for event in unit.events:
            self.log.append(event)
            if event.version != self.version_of(event.stream):
                moved.append(event.stream)
        if moved or (unit.answer and unit.answer.key in self.answers):
            del self.log[first - 1 :]
            return self._refusal(unit, moved)
        self._remember(unit)
        return Accepted(Appended(first, len(self.log)) if unit.events else Appended(0, 0))

    def _refusal(self, unit: Append, moved: list[str]) -> Verdict:
        positions = [self.position_of(event) for event in unit.events]
        known = self.answers.get(unit.answer.key) if unit.answer else None
        is_same = unit.answer is None or known in (None, unit.answer.fingerprint)
        if moved and is_same and (found := [position for position in positions if position]) and None not in positions:
            self._remember(unit)
            return AlreadyThere(Appended(min(found), max(found)))
        if unit.answer and known is not None:
            return Taken(unit.answer.key)
        return Moved(tuple(dict.fromkeys(moved)))

    def _remember(self, unit: Append) -> None:
        if unit.answer:
            self.answers.setdefault(unit.answer.key, unit.answer.fingerprint)

    def standing(self, units: list[Append]) -> Standing:
        """What a backend would look up for this batch, and nothing more."""
        versions = {stream: self.version_of(stream) for stream in streams_of(units)}
        spots = contested(units, versions)
        places = {Spot(event.stream, event.version): Seen(event.id, n) for n, event in enumerate(self.log, start=1)}
        return Standing(
            head=len(self.log),
            versions={stream: version for stream, version in versions.items() if version},
            seen={spot: places[spot] for spot in spots},
            answers={key: self.answers[key] for key in keys_of(units) if key in self.answers},
        )


@st.composite
def units(draw: st.DrawFn) -> Append:
    """Few streams, versions, causes and keys, so that everything meets everything."""
    cause = Cause(id=draw(st.sampled_from("mnop")), at=NOON, correlation_id="c")
    parts = draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.integers(1, 2)), max_size=2))
    key = draw(st.sampled_from([None, None, "k", "l"]))
    return Append(
        events=tuple(
            event
            for stream, after, n in parts
            for event in enveloped(stream, after, [OrderCompleted(order_id="1")] * n, cause, subject_id=str(after))
        ),
        answer=Answer(key, draw(st.sampled_from([b"f", b"g"])), b"", NOON) if key else None,
    )


def unit(stream: str, after: int = 0, *, by: str = "m", n: int = 1, answer: Answer | None = None) -> Append:
    cause = Cause(id=by, at=NOON, correlation_id="c")
    return Append(events=tuple(enveloped(stream, after, [OrderCompleted(order_id="1")] * n, cause)), answer=answer)


EMPTY = Standing(head=0, versions={}, seen={}, answers={})


@given(st.lists(st.lists(units(), max_size=6), max_size=4))
def test_a_batch_is_judged_as_its_units_would_be_one_by_one(batches: list[list[Append]]) -> None:
    naive = Naive()
    for some in batches:
        standing = naive.standing(some)
        assert judge(some, standing) == [naive.append(one) for one in some]


@given(st.lists(units(), max_size=12))
def test_what_is_accepted_leaves_no_gap_in_positions_or_versions(some: list[Append]) -> None:
    verdicts = judge(some, EMPTY)
    states = [[b"{}"] * len(one.events) for one in some]
    rows = batch(some, states, verdicts).events
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    for stream in streams_of(some):
        versions = [row.version for row in rows if row.stream == stream]
        assert versions == list(range(1, len(versions) + 1))


def test_a_unit_that_expects_the_one_before_it_is_chained_to_it() -> None:
    chain = [unit("a", 4, by="m", n=2), unit("a", 6, by="n")]
    standing = Standing(head=10, versions={"a": 4}, seen={}, answers={})
    assert judge(chain, standing) == [Accepted(Appended(11, 12)), Accepted(Appended(13, 13))]


def test_a_refused_unit_takes_those_chained_to_it_along() -> None:
    chain = [unit("a", 1, by="m"), unit("a", 2, by="n"), unit("b")]
    assert judge(chain, EMPTY) == [Moved(("a",)), Moved(("a",)), Accepted(Appended(1, 1))]


def test_a_lost_acknowledgement_is_told_by_the_ids_at_the_same_spots() -> None:
    again, other = unit("a", by="m"), unit("a", by="n")
    standing = Standing(head=7, versions={"a": 1}, seen={Spot("a", 1): Seen(again.events[0].id, 5)}, answers={})
    assert judge([again, other], standing) == [AlreadyThere(Appended(5, 5)), Moved(("a",))]


def test_a_taken_key_is_told_before_a_moved_stream() -> None:
    late = unit("a", 3, answer=Answer("k", b"f", b"", NOON))
    standing = Standing(head=0, versions={}, seen={}, answers={"k": b"f"})
    assert judge([late], standing) == [Taken("k")]

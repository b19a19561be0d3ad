"""What is taken on trust is what the judge would have said of a log that stands as its callers expect."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from event_store.backend import AppendOutcome
from event_store.conflicts import Accepted, KnownState, check_appends, outcome_of
from event_store.optimistic import consecutive_results, expected_versions, shifted
from event_store.records import AppendRequest, AppendResult
from schemas.errors import Conflict
from tests.contract.event_store.requests import NOON, answer, events, unit

LATER = NOON + timedelta(days=1)
EVENTS = st.tuples(st.sampled_from(["order-1", "order-2"]), st.integers(0, 3), st.integers(0, 2))
UNITS = st.builds(
    lambda parts, key: AppendRequest(
        events=tuple(event for stream, after, n in parts for event in events(stream, after, n=n)),
        idempotency=answer(key, expires_at=LATER) if key else None,
    ),
    st.lists(EVENTS, max_size=2),
    st.sampled_from([None, None, "k", "l"]),
)


@given(st.lists(UNITS, max_size=4))
def test_a_batch_is_trusted_exactly_when_the_judge_would_accept_all_of_it(units: list[AppendRequest]) -> None:
    first: dict[str, int] = {}
    for event in (event for one in units for event in one.events):
        first.setdefault(event.stream, event.version - 1)
    verdicts = check_appends(units, KnownState(head=7, versions=first, recorded={}, keys={}))
    if all(isinstance(verdict, Accepted) for verdict in verdicts):
        assert expected_versions(units) == first
        assert consecutive_results(units, 7) == [outcome_of(verdict) for verdict in verdicts]
    else:
        assert expected_versions(units) is None


def test_units_that_follow_each_other_expect_what_the_first_expects() -> None:
    assert expected_versions([unit("order-1", 4, n=2), unit("order-2"), unit("order-1", 6)]) == {
        "order-1": 4,
        "order-2": 0,
    }


def test_units_that_contradict_each_other_are_not_trusted() -> None:
    assert expected_versions([unit("order-1", 4), unit("order-1", 4, by="late")]) is None
    assert expected_versions([unit("order-1", 1), unit("order-1")]) is None


def test_two_answers_to_one_key_are_not_trusted() -> None:
    assert expected_versions([unit(f"order-{n}", idempotency=answer(expires_at=LATER)) for n in range(2)]) is None


def test_a_unit_without_events_stands_nowhere_and_takes_no_place() -> None:
    assert consecutive_results([unit("order-1", n=2), AppendRequest(), unit("order-2")], 7) == [
        AppendResult(8, 9),
        AppendResult(0, 0),
        AppendResult(10, 10),
    ]


def test_what_was_judged_new_moves_with_the_head_and_what_was_there_stays() -> None:
    """Between judging at 5 and recording behind 9, others were recorded."""
    refused = Conflict(("order-1",))
    judged: list[AppendOutcome] = [
        AppendResult(6, 7),
        AppendResult(2, 3),
        AppendResult(5, 6),
        AppendResult(0, 0),
        refused,
    ]
    moved_on = [AppendResult(10, 11), AppendResult(2, 3), AppendResult(5, 10), AppendResult(0, 0), refused]
    assert [shifted(each, 5, 9) for each in judged] == moved_on
    assert [shifted(each, 5, 5) for each in judged] == judged

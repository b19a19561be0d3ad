"""An optimistic result is what the check gives for a log whose streams are at the expected versions."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from event_store.backend import AppendOutcome
from event_store.conflicts import Accepted, KnownState, check_appends, outcome_of
from event_store.optimistic import consecutive_results, expected_versions, shift_positions
from event_store.records import AppendRequest, AppendResult
from schemas.errors import Conflict
from tests.contract.event_store.requests import NOON, events, record, request

LATER = NOON + timedelta(days=1)
EVENTS = st.tuples(st.sampled_from(["order-1", "order-2"]), st.integers(0, 3), st.integers(0, 2))
REQUESTS = st.builds(
    lambda parts, key: AppendRequest(
        events=tuple(event for stream, after, n in parts for event in events(stream, after, n=n)),
        idempotency=record(key, expires_at=LATER) if key else None,
    ),
    st.lists(EVENTS, max_size=2),
    st.sampled_from([None, None, "k", "l"]),
)


@given(st.lists(REQUESTS, max_size=4))
def test_a_batch_has_expected_versions_exactly_when_the_check_accepts_all_of_it(requests: list[AppendRequest]) -> None:
    first: dict[str, int] = {}
    for event in (event for each in requests for event in each.events):
        first.setdefault(event.stream, event.version - 1)
    verdicts = check_appends(requests, KnownState(head=7, versions=first, recorded={}, keys={}))
    if all(isinstance(verdict, Accepted) for verdict in verdicts):
        assert expected_versions(requests) == first
        assert consecutive_results(requests, 7) == [outcome_of(verdict) for verdict in verdicts]
    else:
        assert expected_versions(requests) is None


def test_requests_that_continue_each_other_expect_what_the_first_expects() -> None:
    assert expected_versions([request("order-1", 4, n=2), request("order-2"), request("order-1", 6)]) == {
        "order-1": 4,
        "order-2": 0,
    }


def test_requests_that_exclude_each_other_have_no_expected_versions() -> None:
    assert expected_versions([request("order-1", 4), request("order-1", 4, by="late")]) is None
    assert expected_versions([request("order-1", 1), request("order-1")]) is None


def test_two_requests_with_one_key_have_no_expected_versions() -> None:
    assert expected_versions([request(f"order-{n}", idempotency=record(expires_at=LATER)) for n in range(2)]) is None


def test_a_request_without_events_has_no_position_and_takes_none() -> None:
    assert consecutive_results([request("order-1", n=2), AppendRequest(), request("order-2")], 7) == [
        AppendResult(8, 9),
        AppendResult(0, 0),
        AppendResult(10, 10),
    ]


def test_new_positions_move_with_the_head_and_recorded_ones_stay() -> None:
    """Between the check at 5 and the recording after 9, others were recorded."""
    refused = Conflict(("order-1",))
    checked: list[AppendOutcome] = [
        AppendResult(6, 7),
        AppendResult(2, 3),
        AppendResult(5, 6),
        AppendResult(0, 0),
        refused,
    ]
    shifted = [AppendResult(10, 11), AppendResult(2, 3), AppendResult(5, 10), AppendResult(0, 0), refused]
    assert [shift_positions(each, 5, 9) for each in checked] == shifted
    assert [shift_positions(each, 5, 5) for each in checked] == checked

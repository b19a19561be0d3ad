"""A group goes on behind the oldest fetches that are all acknowledged, in whatever order they were."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from streams.fetch_merging import committable_offset


def test_nothing_is_finished_while_the_oldest_is_under_way() -> None:
    fetches, acknowledged = deque([10, 20, 30]), {20, 30}
    assert committable_offset(fetches, acknowledged, 0) is None
    assert (fetches, acknowledged) == (deque([10, 20, 30]), {20, 30})


def test_all_behind_the_oldest_that_were_acknowledged_before_it_are_finished_with_it() -> None:
    fetches, acknowledged = deque([10, 20, 30]), {10, 20}
    assert committable_offset(fetches, acknowledged, 0) == 21
    assert (fetches, acknowledged) == (deque([30]), set())


def test_what_comes_again_although_it_was_committed_holds_nothing_up() -> None:
    assert committable_offset(deque([10, 20, 30]), {30}, 21) == 31


def test_a_fetch_that_comes_twice_before_it_is_committed_holds_nothing_up() -> None:
    fetches, acknowledged = deque([10, 20, 10, 20, 30]), {10, 20}
    assert committable_offset(fetches, acknowledged, 0) == 21
    acknowledged.add(30)
    assert committable_offset(fetches, acknowledged, 21) == 31


@given(st.sets(st.integers(1, 1_000), max_size=30), st.randoms(use_true_random=False))
def test_it_never_goes_past_what_is_not_acknowledged_and_in_the_end_past_all(offsets: set[int], chance: object) -> None:
    fetches, acknowledged, left = deque(sorted(offsets)), set[int](), sorted(offsets)
    chance.shuffle(left)  # type: ignore[attr-defined]
    committed = 0
    while left:
        acknowledged.add(left.pop())
        committed = committable_offset(fetches, acknowledged, committed) or committed
        assert committed <= min(left, default=1_001)
    assert committed == max(offsets, default=-1) + 1
    assert not fetches
    assert not acknowledged

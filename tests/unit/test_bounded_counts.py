"""Counts of which only the highest are kept."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from projectors.bounded_counts import add_counts

CAPACITY = 3
ADDED = st.lists(st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 5), max_size=4), max_size=60)


def test_counts_are_exact_while_there_is_room() -> None:
    counts, missed = add_counts({"a": 1}, 0, [{"a": 2, "b": 1}], capacity=1)
    assert (counts, missed) == ({"a": 3, "b": 1}, 0)


def test_beyond_twice_the_capacity_the_highest_stay_and_equal_ones_by_name() -> None:
    counts, missed = add_counts({"b": 2, "c": 9}, 1, [{"a": 2}], capacity=1)
    assert (counts, missed) == ({"c": 9}, 3)
    assert add_counts({"c": 2, "b": 2}, 0, [{"a": 2}], capacity=1) == ({"a": 2}, 2)


@given(added=ADDED)
def test_no_count_is_too_high_nor_lower_than_is_said(added: list[dict[str, int]]) -> None:
    counts: dict[str, int] = {}
    missed, exact = 0, Counter[str]()
    for each in added:
        counts, missed = add_counts(counts, missed, [each], capacity=CAPACITY)
        exact.update(each)
        assert len(counts) <= 2 * CAPACITY
    for name, n in exact.items():
        assert n - missed <= counts.get(name, 0) <= n


@given(added=ADDED)
def test_what_is_given_is_not_changed(added: list[dict[str, int]]) -> None:
    counts: dict[str, int] = {}
    for each in added:
        before = dict(counts)
        after, _ = add_counts(counts, 0, [each], capacity=CAPACITY)
        assert counts == before
        counts = after

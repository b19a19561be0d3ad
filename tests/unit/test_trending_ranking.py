"""Scores of products, and their order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_api.trending_ranking import DAYS, SIGNALS, Ranking
from schemas.config import TrendingWeights

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
DEFAULT_WEIGHTS = TrendingWeights()
HALF_LIFE = timedelta(hours=DEFAULT_WEIGHTS.half_life_hours)
Count = tuple[int, str, int, int]
"""Signal, product, minutes ago, how often."""
COUNTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from("abcdef"), st.integers(0, 8 * 1_440), st.integers(1, 9)), max_size=40
)


def ranking(*counts: Count, weights: TrendingWeights = DEFAULT_WEIGHTS, now: datetime = NOW) -> Ranking:
    made = Ranking(weights, now)
    for signal, product, minutes, n in counts:
        made.add(signal, NOW - timedelta(minutes=minutes), {product: n})
    return made


def expected(counts: list[Count], weights: TrendingWeights, now: datetime) -> dict[str, float]:
    """The scores by their definition."""
    first = (now - timedelta(days=DAYS - 1)).date()
    scores: dict[str, float] = {}
    for signal, product, minutes, n in counts:
        at = NOW - timedelta(minutes=minutes)
        if at.date() >= first:
            fading = 2 ** (-(now - at) / timedelta(hours=weights.half_life_hours))
            scores[product] = scores.get(product, 0) + getattr(weights, SIGNALS[signal]) * n * fading
    return scores


def test_an_order_is_worth_more_than_a_cart_add_and_that_more_than_a_view() -> None:
    made = ranking((0, "viewed", 0, 1), (1, "added", 0, 1), (2, "ordered", 0, 1))
    assert list(made.ranked(NOW)) == [("ordered", 12.0), ("added", 4.0), ("viewed", 1.0)]


def test_what_was_counted_a_half_life_ago_counts_half() -> None:
    made = ranking((0, "new", 0, 3), (0, "old", 24 * 60, 4))
    assert dict(made.ranked(NOW)) == {"new": 3.0, "old": 2.0}
    assert dict(made.ranked(NOW + HALF_LIFE)) == {"new": 1.5, "old": 1.0}


def test_equal_scores_are_in_the_order_of_ids() -> None:
    made = ranking(*((0, product, 0, 1) for product in "cadb"))
    assert [product for product, _ in made.ranked(NOW)] == ["a", "b", "c", "d"]


def test_what_was_counted_in_excess_is_taken_back() -> None:
    made = ranking((0, "a", 0, 2), (0, "b", 0, 1))
    assert [product for product, _ in made.ranked(NOW)] == ["a", "b"]
    made.add(0, NOW, {"a": -2})
    assert [product for product, _ in made.ranked(NOW)] == ["b"]


def test_only_todays_counts_are_told_as_todays() -> None:
    made = ranking((0, "a", 0, 2), (2, "a", 13 * 60, 5), (1, "a", 60, 1))
    assert made.today("a") == {"view": 2, "cart_add": 1, "order": 0}
    made.move_to(NOW + timedelta(days=1))
    assert made.today("a") == {"view": 0, "cart_add": 0, "order": 0}


def test_a_count_of_a_time_that_nobody_can_be_in_yet_is_left_out() -> None:
    made = Ranking(DEFAULT_WEIGHTS, NOW)
    made.add(0, datetime(9999, 1, 1, tzinfo=UTC), {"a": 1})
    assert list(made.ranked(NOW)) == []


@given(counts=COUNTS, half_life=st.integers(1, 168), cut=st.integers(0, 40))
def test_scores_are_those_of_the_definition_however_the_counts_arrive(
    counts: list[Count], half_life: int, cut: int
) -> None:
    weights = TrendingWeights(half_life_hours=half_life)
    made = ranking(*counts[:cut], weights=weights)
    list(made.ranked(NOW))
    for count in counts[cut:]:
        made.add(count[0], NOW - timedelta(minutes=count[2]), {count[1]: count[3]})
    found = list(made.ranked(NOW))
    assert dict(found) == pytest.approx(expected(counts, weights, NOW))
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@given(counts=COUNTS, hours=st.integers(0, 9 * 24))
def test_scores_are_those_of_the_definition_whenever_a_day_begins(counts: list[Count], hours: int) -> None:
    later, made = NOW + timedelta(hours=hours), ranking(*counts)
    for hour in range(0, hours + 1, 6):
        made.move_to(NOW + timedelta(hours=hour))
    made.move_to(later)
    assert dict(made.ranked(later)) == pytest.approx(expected(counts, DEFAULT_WEIGHTS, later))

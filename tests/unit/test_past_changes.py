"""What changed from one state to another, and states as plain values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rpds import HashTrieMap, HashTrieSet

from history.time_travel.changes import find_changes
from history.time_travel.plain import as_plain
from schemas.message import Money


class Colour(StrEnum):
    RED = "red"


class Level(NamedTuple):
    on_hand: int
    is_low: bool


@dataclass(frozen=True)
class State:
    price: Money
    levels: "HashTrieMap[tuple[str, Colour], Level]"
    seen: "HashTrieSet[str]"
    at: datetime


def described(before: Any, after: Any) -> list[tuple[str, str, Any, Any]]:
    return [(each.path, each.kind, each.before, each.after) for each in find_changes(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("/a", "changed", 1, 2)]),
        ({"a": 1}, {}, [("/a", "removed", 1, None)]),
        ({}, {"a": None}, [("/a", "added", None, None)]),
        ({"a": 1}, {"a": True}, [("/a", "changed", 1, True)]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3, 4]}}, [("/a/b/1", "changed", 2, 3), ("/a/b/2", "added", None, 4)]),
        ({"a/b~c": 1}, {"a/b~c": 2}, [("/a~1b~0c", "changed", 1, 2)]),
        ({"a": {"b": 1}}, {"a": "b"}, [("/a", "changed", {"b": 1}, "b")]),
    ],
)
def test_changes_are_listed_by_path(before: Any, after: Any, found: list[tuple[str, str, Any, Any]]) -> None:
    assert described(before, after) == found


def test_a_sealed_field_is_compared_as_one() -> None:
    sealed, another = ({"sealed": 1, "subject": "a", "key": "k", "nonce": "n", "text": text} for text in ("x", "y"))
    assert described({"name": sealed}, {"name": another}) == [("/name", "changed", sealed, another)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES, VALUES)
@settings(max_examples=50)
def test_there_are_changes_exactly_where_values_differ(before: Any, after: Any) -> None:
    as_bytes = (repr(_sorted(before)), repr(_sorted(after)))
    assert bool(find_changes(before, after)) == (as_bytes[0] != as_bytes[1])


def _sorted(value: Any) -> Any:
    match value:
        case dict():
            return {key: _sorted(each) for key, each in sorted(value.items())}
        case list():
            return [_sorted(each) for each in value]
    return value


def test_a_state_is_a_value_of_json() -> None:
    state = State(
        price=Money(amount=5, currency="USD"),
        levels=HashTrieMap({("p", Colour.RED): Level(3, is_low=True)}),
        seen=HashTrieSet(["b", "a"]),
        at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )
    assert as_plain(state) == {
        "price": {"amount": 5, "currency": "USD"},
        "levels": {"p/red": {"onHand": 3, "isLow": True}},
        "seen": ["a", "b"],
        "at": "2026-03-01T12:00:00.000000Z",
    }
    assert as_plain([date(2026, 3, 1), Colour.RED, None, 1.5]) == ["2026-03-01", "red", None, 1.5]

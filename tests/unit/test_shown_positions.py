"""Since when views show what was recorded: exactly, or not at all."""

from datetime import UTC, datetime, timedelta

from query_api.shown_positions import ShownAt, ShownPositions
from schemas.topics import PEOPLE, TopicPartition

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HERE, THERE = TopicPartition(PEOPLE, 0), TopicPartition(PEOPLE, 1)
VIEW = "carts"


class Clock:
    """A clock that is a second later whenever it is asked."""

    def __init__(self) -> None:
        self.now = NOON - SECOND

    def __call__(self) -> datetime:
        self.now += SECOND
        return self.now


def find(shown: ShownPositions, position: int, *, recorded_at: datetime = NOON, at: TopicPartition = HERE) -> ShownAt:
    return shown.find(VIEW, at, position, recorded_at=recorded_at)


def test_an_event_is_shown_from_the_first_checkpoint_on_that_has_passed_it() -> None:
    shown = ShownPositions(clock=Clock())  # began at noon
    for position in (4, 7, 9):
        shown.note(VIEW, HERE, position)
    assert [find(shown, position).since for position in (4, 5, 7, 8, 9)] == [
        NOON + SECOND, NOON + 2 * SECOND, NOON + 2 * SECOND, NOON + 3 * SECOND, NOON + 3 * SECOND,
    ]  # fmt: skip
    assert find(shown, 10) == find(shown, 1, at=THERE) == ShownAt(False)


def test_the_first_checkpoint_is_exact_only_for_what_was_recorded_since_it_was_looked() -> None:
    shown = ShownPositions(clock=Clock())
    assert find(shown, 3, recorded_at=NOON - SECOND) == ShownAt(True)
    shown.note(VIEW, HERE, 4)
    assert find(shown, 3, recorded_at=NOON - SECOND) == ShownAt(True, None)
    assert find(shown, 4, recorded_at=NOON) == ShownAt(True, NOON + SECOND)


def test_what_is_forgotten_is_not_guessed() -> None:
    shown = ShownPositions(clock=Clock(), capacity=2)
    for position in (1, 2, 3, 4):
        shown.note(VIEW, HERE, position)
    assert find(shown, 3) == ShownAt(True, None)
    assert find(shown, 4) == ShownAt(True, NOON + 4 * SECOND)


def test_who_listens_is_woken_until_they_leave() -> None:
    shown, woken = ShownPositions(clock=Clock()), list[int]()
    with shown.listening(lambda: woken.append(1)):
        shown.note(VIEW, HERE, 1)
    shown.note(VIEW, HERE, 2)
    assert woken == [1]

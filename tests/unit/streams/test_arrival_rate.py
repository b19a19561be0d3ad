"""Messages come often when at least `OFTEN` came in each second since the last look."""

from collections.abc import Sequence

import pytest

from streams.arrival_rate import LOOK_EVERY, OFTEN, ArrivalRate

MANY = int(OFTEN * LOOK_EVERY)


@pytest.mark.parametrize(
    ("counts", "is_often"),
    [
        ([(MANY, LOOK_EVERY)], True),
        ([(MANY - 1, LOOK_EVERY)], False),
        ([(MANY, LOOK_EVERY / 2)], False),  # not looked at yet
        ([(MANY - 1, LOOK_EVERY / 2), (1, LOOK_EVERY)], True),
        ([(MANY, 2 * LOOK_EVERY)], False),
        ([(MANY, LOOK_EVERY), (MANY - 1, 2 * LOOK_EVERY)], False),
        ([(MANY, LOOK_EVERY), (0, 1.5 * LOOK_EVERY)], True),
        ([(1, LOOK_EVERY), (MANY, 2 * LOOK_EVERY)], True),
    ],
)
def test_whether_messages_come_often(counts: Sequence[tuple[int, float]], is_often: bool) -> None:
    rate = ArrivalRate(1_000.0)
    assert not rate.is_often
    for messages, after in counts:
        rate.count(messages, 1_000.0 + after)
    assert rate.is_often is is_often

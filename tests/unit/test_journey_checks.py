"""What the journey says of the money in the log once it is checked."""

from dataclasses import replace

import pytest

from aioutlet.journey.checks import checks
from tests.unit.test_verification_ledgers import report_of


def said_of_money(captured: dict[str, int], refunded: dict[str, int]) -> str:
    report = replace(report_of([]), captured=captured, refunded=refunded)
    [money] = [check for check in checks(report) if check.name.startswith("G5")]
    return money.found


@pytest.mark.parametrize(
    ("captured", "refunded", "said"),
    [
        ({"USD": 1_234_567}, {"USD": 4_567}, "12,300.00 USD"),
        ({"JPY": 15_000}, {"JPY": 500}, "14,500 JPY"),
        ({"KWD": 15_250}, {}, "15.250 KWD"),
        ({"VND": 2_000_000, "EUR": 5}, {"VND": 1}, "1,999,999 VND, 0.05 EUR"),
    ],
)
def test_the_money_kept_is_shown_with_the_digits_of_its_currency(
    captured: dict[str, int], refunded: dict[str, int], said: str
) -> None:
    assert said_of_money(captured, refunded) == said

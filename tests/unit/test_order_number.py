"""Order numbers: readable, dated, drawn again when taken."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.order import OrderNumber
from schemas.order_number import draw_order_number

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_date_is_that_of_utc() -> None:
    evening = datetime(2026, 2, 28, 22, tzinfo=timezone(timedelta(hours=-5)))
    assert draw_order_number("o-1", evening).startswith("ORD-20260301-")


def test_every_draw_is_another_number_and_the_same_draw_the_same() -> None:
    draws = [draw_order_number("o-1", NOON, draw) for draw in range(10)]
    assert len(set(draws)) == 10
    assert draws == [draw_order_number("o-1", NOON, draw) for draw in range(10)]


def test_a_thousand_orders_of_a_day_rarely_meet() -> None:
    assert len({draw_order_number(f"o-{n}", NOON) for n in range(1_000)}) >= 998


@for_all(
    st.text(max_size=64),
    st.dates(min_value=date(2000, 1, 1)).map(lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)),
    st.integers(0, 99),
)
def test_every_candidate_has_the_form_of_the_contract(order_id: str, moment: datetime, draw: int) -> None:
    number = draw_order_number(order_id, moment, draw)
    assert TypeAdapter(OrderNumber).validate_python(number) == number

"""Order numbers: readable, dated, drawn again when taken."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.order_number import ORDER_NUMBER, ClaimOrderNumber, candidate
from schemas.errors import Conflict
from schemas.order import OrderNumber, OrderNumberClaimed
from tests.spec import given

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLAIM = ClaimOrderNumber("ORD-20260301-0000A", "o-1")
CLAIMED = OrderNumberClaimed(order_id="o-1", order_number="ORD-20260301-0000A")


def test_a_free_number_is_claimed() -> None:
    given(ORDER_NUMBER).when(CLAIM).then(CLAIMED)


def test_claiming_it_again_for_the_same_order_decides_nothing() -> None:
    given(ORDER_NUMBER, CLAIMED).when(CLAIM).then()


def test_a_number_of_another_order_is_a_conflict_so_another_is_drawn() -> None:
    other = ClaimOrderNumber("ORD-20260301-0000A", "o-2")
    conflict = given(ORDER_NUMBER, CLAIMED).when(other).refused(Conflict)
    assert isinstance(conflict, Conflict)
    assert conflict.streams == ("order_number-ORD-20260301-0000A",)


def test_the_date_is_that_of_utc() -> None:
    evening = datetime(2026, 2, 28, 22, tzinfo=timezone(timedelta(hours=-5)))
    assert candidate("o-1", evening).startswith("ORD-20260301-")


def test_every_draw_is_another_number_and_the_same_draw_the_same() -> None:
    draws = [candidate("o-1", NOON, draw) for draw in range(10)]
    assert len(set(draws)) == 10
    assert draws == [candidate("o-1", NOON, draw) for draw in range(10)]


def test_a_thousand_orders_of_a_day_rarely_meet() -> None:
    assert len({candidate(f"o-{n}", NOON) for n in range(1_000)}) >= 998


@for_all(
    st.text(max_size=64),
    st.dates(min_value=date(2000, 1, 1)).map(lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)),
    st.integers(0, 99),
)
def test_every_candidate_has_the_form_of_the_contract(order_id: str, moment: datetime, draw: int) -> None:
    number = candidate(order_id, moment, draw)
    assert TypeAdapter(OrderNumber).validate_python(number) == number

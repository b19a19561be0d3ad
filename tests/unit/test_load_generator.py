from dataclasses import replace
from itertools import count

import pytest

from aioutlet.journey import load_generator
from aioutlet.journey.baskets import Basket
from aioutlet.journey.load_generator import Plan, Run
from aioutlet.journey.report import Check, Report, report
from tests.unit.journey_shop import FakeShop

BASKETS = [Basket(f"b{number}", f"h{number % 3}", (("p1", 1), ("p2", 2))) for number in range(20)]
PLAN = Plan("test", BASKETS, concurrency=4, give_up_after=5.0)


async def travelled(fake: FakeShop, plan: Plan = PLAN) -> Report:
    async with fake.open(give_up_after=plan.give_up_after) as shop:
        run = Run(plan, shop)
        await run.travel()
        return report(run)


async def test_every_basket_becomes_one_order_of_its_household_and_is_seen_completed() -> None:
    fake = FakeShop(looks_needed=2)
    made = await travelled(fake)
    assert (made.offered, made.placed, made.completed) == (20, 20, 20)
    assert set(fake.orders) == {f"test-b{number}" for number in range(20)}
    assert fake.customers == {"household-h0", "household-h1", "household-h2"}
    assert made.orders_per_second > 0
    assert made.completed_and_visible.longest >= made.completed_and_visible.p50 > 0
    assert made.exit_code == 0


async def test_an_order_is_what_was_in_the_basket() -> None:
    fake = FakeShop()
    await travelled(fake, replace(PLAN, baskets=BASKETS[:1]))
    [order] = fake.orders.values()
    assert order["items"] == [{"productId": "p1", "quantity": 1}, {"productId": "p2", "quantity": 2}]
    assert order["paymentMethod"] == {"token": "tok_ok"}
    assert "totalAmount" not in order


async def test_a_shop_that_is_busy_is_asked_again_under_the_same_key() -> None:
    fake = FakeShop(busy=3)
    made = await travelled(fake)
    assert (made.placed, made.retries, made.not_placed) == (20, 3, {})
    assert fake.requests["order"] == 23
    assert len(fake.orders) == 20


async def test_an_answer_that_breaks_off_is_asked_for_again_under_the_same_key() -> None:
    fake = FakeShop(broken=3)
    made = await travelled(fake)
    assert (made.placed, made.not_placed) == (20, {})
    assert fake.requests["order"] == 23
    assert len(fake.orders) == 20


async def test_whoever_watches_asks_again_when_nobody_knows() -> None:
    made = await travelled(FakeShop(away=5))
    assert (made.completed, made.exit_code) == (20, 0)


async def test_a_run_taken_up_again_places_nothing_twice() -> None:
    fake = FakeShop()
    await travelled(fake, replace(PLAN, baskets=BASKETS[:12]))
    made = await travelled(fake)
    assert (made.placed, made.completed) == (20, 20)
    assert len(fake.orders) == 20


async def test_declined_baskets_are_counted_by_step_and_reason_and_are_no_fault() -> None:
    made = await travelled(FakeShop(), replace(PLAN, decline=0.5))
    declined = made.failed["payment: declined"]
    assert 0 < declined < 20
    assert made.completed == 20 - declined
    assert made.exit_code == 0


async def test_a_basket_the_shop_refuses_is_counted_by_its_code_and_is_a_fault() -> None:
    made = await travelled(FakeShop(refuses=True))
    assert made.not_placed == {"product_not_for_sale": 20}
    assert (made.placed, made.exit_code) == (0, 1)


async def test_acknowledged_orders_nobody_knows_of_are_lost() -> None:
    made = await travelled(FakeShop(loses=True), replace(PLAN, give_up_after=0.2))
    assert (made.lost, made.stuck, made.exit_code) == (20, 0, 1)


async def test_known_orders_without_an_end_are_stuck() -> None:
    made = await travelled(FakeShop(stalls=True), replace(PLAN, give_up_after=0.2))
    assert (made.lost, made.stuck, made.exit_code) == (0, 20, 1)


async def test_a_shop_that_is_slow_and_goes_on_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_generator, "SHORTEST_PAUSE", 0.0)
    monkeypatch.setattr(load_generator, "LONGEST_PAUSE", 0.0)
    seconds = count()
    async with FakeShop(looks_needed=30).open() as shop:
        slow = Run(PLAN, shop, clock=lambda: float(next(seconds)))
        await slow.travel()
    made = report(slow)
    assert (made.completed, made.lost, made.stuck) == (20, 0, 0)
    assert made.completed_and_visible.longest > PLAN.give_up_after


async def test_baskets_arrive_at_their_rate_whatever_the_answers_take() -> None:
    made = await travelled(FakeShop(), replace(PLAN, rate=200.0))
    assert made.placed == 20
    assert made.seconds >= 19 / 200


async def test_one_check_that_does_not_hold_is_a_fault() -> None:
    made = await travelled(FakeShop())
    good, bad = Check("stock", ok=True), Check("money", ok=False)
    assert replace(made, checks=(good,)).exit_code == 0
    assert replace(made, checks=(good, bad)).exit_code == 1


@pytest.mark.parametrize(("share", "tokens"), [(0.0, {"tok_ok"}), (1.0, {"tok_decline"})])
def test_a_share_of_the_baskets_is_paid_with_a_declined_token(share: float, tokens: set[str]) -> None:
    plan = replace(PLAN, decline=share)
    assert {plan.token(basket) for basket in BASKETS} == tokens

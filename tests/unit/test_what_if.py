"""What would have been by other rules: computed from a recorded history, and from nothing else."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.order import ORDER, Order
from domain.pricing import RULES, configured_rules, quote, released_pricing
from event_store.memory import memory_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from history.what_if.deciders import what_if_folded
from history.what_if.log import Period, period_of
from history.what_if.pricing import what_if_priced
from history.what_if.steps import what_if_ordered
from history.what_if.trending import what_if_weighed
from query_api.trending_ranking import Ranking
from schemas.codec import Stored, encode
from schemas.config import ConfigChanged, ConfigKey, CurrencyFee, TrendingWeights
from schemas.message import Event
from schemas.order import OrderCreated, OrderUpdated
from schemas.saga import Step
from schemas.what_if import PricingCandidate, PricingDifference, StepsDifference
from tests.examples import EXAMPLES, LAMP, NOON
from tests.histories import COMPLETED, REFUSED_BY_THE_CARRIER, events, recorded

INVENTORY_FIRST = (Step.INVENTORY, Step.PAYMENT, Step.SHIPPING)
PAYMENT_FIRST = (Step.PAYMENT, Step.INVENTORY, Step.SHIPPING)


class OnlyLog:
    """A log that can be read, and has nothing else: whatever else was asked of it would fail."""

    __slots__ = ("_rows",)

    def __init__(self, history: Sequence[Event]) -> None:
        self._rows = [
            Stored(each.position, each.stream, each.version, each.type, encode(each)) for each in recorded(history)
        ]

    async def log(
        self, after: int, *, limit: int = 500, until: int | None = None, types: Sequence[str] = ()
    ) -> list[Stored]:
        wanted = (r for r in self._rows if after < r.position <= (until or len(self._rows)))
        return [row for row in wanted if not types or row.type in types][:limit]

    @property
    def whole(self) -> Period:
        return Period(0, len(self._rows))


def order(number: int, *, region: str, subtotal: int, currency: str = "USD", version: str = "2026-2") -> OrderCreated:
    """An order to a region, priced by released rules."""
    line = LAMP.model_copy(update={"unit_price": subtotal, "quantity": 1})
    priced = quote([line], RULES[version].terms(region=region, currency=currency))
    example = EXAMPLES["order.created"]
    assert isinstance(example, OrderCreated)
    return example.model_copy(
        update={
            "order_id": f"o-{number}", "subtotal": subtotal, "tax": priced.tax, "shipping": priced.shipping,
            "total_amount": priced.total, "currency": currency, "rules_version": version,
        }
    )  # fmt: skip


async def priced(change: PricingCandidate, *history: Event) -> PricingDifference:
    log = OnlyLog(history)
    return await what_if_priced(log, change, log.whole)


async def test_without_a_change_every_order_costs_what_it_cost() -> None:
    found = await priced(PricingCandidate(), *(order(n, region="US-OH", subtotal=1_000 * n) for n in range(1, 9)))
    [sums] = found.currencies
    assert (sums.orders, sums.changed, sums.undecided, found.orders) == (8, 0, 0, ())
    assert sums.total == sums.candidate_total_low == sums.candidate_total_high


async def test_another_rate_and_fee_are_what_a_quote_by_them_says() -> None:
    placed = [order(n, region=region, subtotal=900 * n) for n, region in enumerate(["US-OH", "US-CA", "US-NY"], 1)]
    change = PricingCandidate(tax={"US-OH": "7"}, fees={"USD": CurrencyFee(amount=499, free_from=2_000)})
    found = {each.order_id: each for each in (await priced(change, *placed)).orders}
    value = released_pricing()
    rules = configured_rules(
        value.model_copy(update={"tax": value.tax | change.tax, "fees": value.fees | change.fees}), 1
    )
    for each, region in zip(placed, ["US-OH", "US-CA", "US-NY"], strict=True):
        line = LAMP.model_copy(update={"unit_price": each.subtotal, "quantity": 1})
        wanted = quote([line], rules.terms(region=region, currency="USD"))
        row = found[each.order_id]
        assert (row.candidate_tax.low, row.candidate_tax.high) == (wanted.tax, wanted.tax)
        assert (row.candidate_shipping, row.candidate_total.low) == (wanted.shipping, wanted.total)


async def test_regions_that_cannot_be_told_apart_leave_the_tax_between_two_amounts() -> None:
    change = PricingCandidate(tax={"US-TX": "8"})
    [sums] = (await priced(change, order(1, region="US-IL", subtotal=10_000))).currencies
    assert (sums.undecided, sums.candidate_tax_low, sums.candidate_tax_high) == (1, 625, 800)
    [sums] = (await priced(change, order(1, region="US-OH", subtotal=10_000))).currencies
    assert (sums.undecided, sums.changed) == (0, 0)


@pytest.mark.parametrize("region", [*RULES["2026-2"].tax, "IT"])
async def test_the_truth_is_always_within_what_is_told(region: str) -> None:
    if region in RULES["2026-2"].taxed_by_part:
        return
    change = PricingCandidate(tax={"US-TX": "8", "DE": "21", "FR": "19.5", "IT": "22"}, other_tax="1")
    value = released_pricing()
    rules = configured_rules(value.model_copy(update={"tax": value.tax | change.tax, "other_tax": "1"}), 1)
    placed = order(1, region=region, subtotal=12_345)
    [sums] = (await priced(change, placed)).currencies
    line = LAMP.model_copy(update={"unit_price": 12_345, "quantity": 1})
    truth = quote([line], rules.terms(region=region, currency="USD")).tax
    assert sums.candidate_tax_low <= truth <= sums.candidate_tax_high


async def test_orders_are_compared_under_the_rules_that_were_configured_then() -> None:
    value = released_pricing()
    changed = ConfigChanged(
        key=ConfigKey.PRICING, version=1, old=value.model_dump(mode="json"), by="ann", reason="a new rate",
        new=value.model_copy(update={"tax": value.tax | {"US-OH": "9"}}).model_dump(mode="json"),
    )  # fmt: skip
    placed = order(1, region="US-OH", subtotal=10_000).model_copy(
        update={"rules_version": "pricing-1", "tax": 900, "total_amount": 10_900}
    )
    [sums] = (await priced(PricingCandidate(), changed, placed)).currencies
    assert (sums.changed, sums.candidate_tax_low) == (0, 900)
    [sums] = (await priced(PricingCandidate(tax={"US-OH": "10"}), changed, placed)).currencies
    assert (sums.changed, sums.candidate_tax_low, sums.candidate_tax_high) == (1, 1_000, 1_000)


async def test_of_too_many_orders_the_oldest_are_compared() -> None:
    log = OnlyLog([order(n, region="US-OH", subtotal=100) for n in range(5)])
    found = await what_if_priced(log, PricingCandidate(), log.whole, limit=2)
    assert (found.currencies[0].orders, found.span.left_out, found.span.last) == (2, True, 2)


async def test_products_are_ranked_by_both_weights() -> None:
    history = events("product.views.counted", "cart.item.added", "order.created")
    viewed = history[0].model_copy(update={"product_id": "seen", "minute": NOON, "n": 50})
    log = OnlyLog([viewed, *history[1:]])
    now, candidate = NOON + timedelta(minutes=5), TrendingWeights(view=0, cart_add=1, order=1)
    found = await what_if_weighed(log, candidate, log.whole, rank=Ranking, now=now)
    ranks = {each.product_id: (each.rank, each.candidate_rank) for each in found.products}
    assert ranks["seen"] == (1, None)
    assert found.weights == TrendingWeights()
    assert found.moved == len(ranks)
    same = await what_if_weighed(log, TrendingWeights(), log.whole, rank=Ranking, now=now)
    assert same.moved == 0
    assert all(each.score == each.candidate_score for each in same.products)


def of_order(order_id: str, *names: str, **changed: object) -> list[Event]:
    return events(*names, order_id=order_id, **changed)


SHORT = ("order.created", "payment.processed", "inventory.failed", "payment.refunded", "saga.failed")
DECLINED = ("order.created", "payment.failed", "saga.failed")


async def ordered(history: Sequence[Event], taken: Sequence[Step] = INVENTORY_FIRST) -> StepsDifference:
    log = OnlyLog(history)
    return await what_if_ordered(log, taken, log.whole)


async def test_orders_go_as_they_went_where_the_steps_are_the_same() -> None:
    history = [*of_order("1", *COMPLETED), *of_order("2", *REFUSED_BY_THE_CARRIER), *of_order("3", *SHORT)]
    found = await ordered(history, PAYMENT_FIRST)
    assert (found.orders, found.changed, found.unknown, found.shown) == (3, 0, 0, ())


async def test_with_inventory_first_nobody_pays_for_what_is_not_there() -> None:
    found = await ordered([*of_order("1", *COMPLETED), *of_order("2", *SHORT)])
    assert (found.orders, found.changed, found.refunds_avoided, found.charges_added) == (2, 1, 1, 0)
    [order_] = found.shown
    assert (order_.order_id, order_.charged, order_.refunded, order_.candidate_charged) == ("2", True, True, False)
    assert (order_.state, order_.candidate_state, order_.unknown) == ("FAILED", "FAILED", None)


async def test_what_was_never_asked_for_is_not_known() -> None:
    found = await ordered(of_order("1", *DECLINED, retriable=False))
    assert (found.changed, found.unknown) == (0, 1)
    assert found.shown[0].unknown == Step.INVENTORY


async def test_orders_under_way_or_touched_by_people_are_left_out() -> None:
    cancelled = of_order("2", "order.created", "order.cancellation.requested", "saga.failed")
    assert (await ordered([*of_order("1", *COMPLETED[:5]), *cancelled])).orders == 0


async def test_of_too_many_orders_the_rest_is_left_out() -> None:
    log = OnlyLog([*of_order("1", *COMPLETED), *of_order("2", *COMPLETED)])
    found = await what_if_ordered(log, INVENTORY_FIRST, log.whole, limit=1)
    assert (found.orders, found.span.left_out) == (1, True)


async def test_a_candidate_decider_is_folded_beside_the_one_in_force() -> None:
    def without_updates(state: Order, event: Event) -> Order:
        return state if isinstance(event, OrderUpdated) else ORDER.evolve(state, event)  # type: ignore[arg-type]

    log = OnlyLog(events("order.created", "order.updated", "product.created"))
    same = await what_if_folded(log, "order", ORDER, log.whole)
    assert (same.streams, same.differing) == (1, [])
    found = await what_if_folded(log, "order", replace(ORDER, evolve=without_updates), log.whole)
    [differing] = found.differing
    assert "/status" in [change.path for change in differing.changes]


@pytest.fixture
async def store() -> EventStore:
    """The log of every kind of event that there is."""
    store = memory_store()
    for envelope in recorded([*EXAMPLES.values()]):
        await store.append(AppendRequest(events=(envelope,)))
    return store


async def test_over_a_whole_log_nothing_is_recorded_and_so_nothing_happens(store: EventStore) -> None:
    head = await store.head()
    whole = await period_of(store, None, None)
    assert whole == Period(0, head)
    assert (await what_if_priced(store, PricingCandidate(other_tax="3"), whole)).currencies
    assert (await what_if_ordered(store, INVENTORY_FIRST, whole)).span.last == head
    assert (await what_if_weighed(store, TrendingWeights(view=3), whole, rank=Ranking, now=NOON)).products
    assert (await what_if_folded(store, "order", ORDER, whole)).streams == 1
    assert await store.head() == head


def test_nothing_that_sends_charges_or_publishes_is_even_loaded() -> None:
    modules = ("pricing", "trending", "steps", "deciders")
    wanted = "; ".join(f"import history.what_if.{name}" for name in modules)
    asked = "import sys; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", f"{wanted}; {asked}"], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in said.stdout.split()}
    assert not loaded & {
        "streams",
        "command_api",
        "identity",
        "edge",
        "bff",
        "aioutlet",
        "smtplib",
        "aiokafka",
        "faust",
    }
    assert not loaded & {"httpx", "pymongo", "psycopg", "confluent_kafka"}

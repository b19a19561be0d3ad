"""One way to the retailer's year, for every bench."""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from aioutlet.journey.baskets import Basket
from aioutlet.journey.data import ExtraMissing
from bench.baskets import Shelves, shelves
from bench.orders import EVENTS, accepted, orders, prepare, states
from event_store.clock import wall_clock
from schemas.message import Money
from schemas.product import CreateProduct
from tests.services.part import Missing

BASKETS = [Basket("1", "7", (("milk", 2), ("eggs", 1))), Basket("2", "8", (("milk", 1),)), Basket("3", "7", ())]


def product(product_id: str) -> CreateProduct:
    price = Money(amount=199, currency="USD")
    return CreateProduct(product_id=product_id, name=product_id, department="Dairy", category="Dairy", price=price)


class Year:
    """As the retailer's, and shorter."""

    def baskets(self, count: int) -> list[Basket]:
        return BASKETS[:count]

    def catalogue(self, only: Collection[str]) -> list[CreateProduct]:
        return [product(each) for each in ("bread", "eggs", "milk") if each in only]


@pytest.fixture(autouse=True)
def no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(workers: int, mp_context: object) -> Executor:
        return ThreadPoolExecutor(workers)

    monkeypatch.setattr("bench.baskets.ProcessPoolExecutor", here)
    monkeypatch.setattr("bench.baskets.load", Year)


def ids(products: Sequence[CreateProduct]) -> list[str]:
    return [each.product_id for each in products]


def test_what_is_in_the_baskets_is_on_the_shelves_and_nothing_else() -> None:
    assert ids(shelves(2).products) == ["eggs", "milk"]
    assert ids(shelves(0).products) == []
    assert shelves(2).baskets == BASKETS[:2]


def test_without_the_year_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def load() -> Year:
        raise ExtraMissing("run 'make journey'")

    monkeypatch.setattr("bench.baskets.load", load)
    with pytest.raises(Missing, match="make journey"):
        shelves(2)
    with pytest.raises(Missing, match="make journey"):
        prepare(tmp_path / "orders")


def test_an_order_written_down_is_read_as_often_as_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bench.orders.shelves", lambda _: Shelves([product("milk"), product("eggs")], BASKETS[:2]))
    prepare(path := tmp_path / "orders")
    assert [len(order) for order in states(path, EVENTS)] == [EVENTS, EVENTS]
    again = orders(path, EVENTS)
    for _ in range(4):
        assert [event.wire_name for event in next(again)] == ["order.created", "order.updated", "order.number.claimed"]


def test_an_accepted_order_and_its_number_begin_streams_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bench.orders.shelves", lambda _: Shelves([product("milk"), product("eggs")], BASKETS[:1]))
    prepare(path := tmp_path / "orders")
    created, moved, claimed = next(orders(path, EVENTS))
    found = accepted("42", [created, moved], [claimed], at=wall_clock())
    assert [(each.stream, each.version) for each in found] == [("order-42", 1), ("order-42", 2), ("order_number-42", 1)]
    assert {each.correlation_id for each in found} == {"42"}

"""What the write side remembers of products is never older than the question, and one look at the log is enough."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

import pytest

from command_api import fresh_repository
from command_api.fresh_repository import FollowingRepository, LogFollower
from command_api.main import PRODUCT_TYPES
from domain.product import PRODUCT, Product
from event_store.records import AppendRequest
from event_store.repository import VersionedState
from schemas.envelope import Cause, wrap_events
from schemas.errors import StreamUnreadable
from schemas.message import Event, Money
from schemas.product import ProductCommand, ProductEvent, ProductFact
from schemas.stream_names import product_stream
from tests.examples import NOON
from tests.histories import events
from tests.unit.streams.fakes import TroubledStore, put

LAMP, MUG = product_stream("lamp"), product_stream("mug")
CAUSE = Cause(id="m", at=NOON, correlation_id="c")

Products = FollowingRepository[ProductCommand, Product, ProductEvent]


class ProductPraised(ProductFact):
    """An event of a later release."""

    wire_name: ClassVar[str] = "product.praised"


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    for name in ("lamp", "mug"):
        await put(store, *events("product.created", product_id=name))
    yield store
    await store.close()


@pytest.fixture
async def products(store: TroubledStore) -> Products:
    """Both are remembered."""
    products = FollowingRepository(store, PRODUCT, 10, types=PRODUCT_TYPES, follower=LogFollower(store))
    await products.load_many((LAMP, MUG))
    return products


def priced(name: str, amount: int) -> Sequence[Event]:
    return events("product.price.changed", product_id=name, new=Money(amount=amount, currency="USD"))


async def add(store: TroubledStore, stream: str, after: int, event: Event) -> None:
    await store.append(AppendRequest(events=tuple(wrap_events(stream, after, [event], CAUSE))))


async def test_what_others_changed_is_seen_without_reading_a_stream(store: TroubledStore, products: Products) -> None:
    await put(store, *priced("lamp", 4_999))
    store.reads = 0
    found = await products.load_many((LAMP, MUG))
    assert found[LAMP].state.price == Money(amount=4_999, currency="USD")
    assert [found[LAMP].version, found[MUG].version] == [2, 1]
    assert store.reads == 0


async def test_more_news_than_a_page_is_all_seen(
    store: TroubledStore, products: Products, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh_repository, "PAGE", 2)
    for amount in range(1, 8):
        await put(store, *priced("lamp", amount), *priced("mug", amount), *events("stock.received"))
    found = await products.load_many((LAMP, MUG))
    assert {each.state.price.amount for each in found.values()} == {7}
    assert {each.version for each in found.values()} == {8}


async def test_many_who_ask_at_once_share_a_look(store: TroubledStore, products: Products) -> None:
    await put(store, *priced("lamp", 4_999))
    answers = await asyncio.gather(*(products.load_many((LAMP,)) for _ in range(20)))
    assert {found[LAMP].version for found in answers} == {2}


async def test_what_we_recorded_ourselves_is_not_learnt_twice(store: TroubledStore, products: Products) -> None:
    await put(store, *priced("lamp", 4_999))
    known = (await products.load_many((LAMP,)))[LAMP]
    [change] = priced("lamp", 3_999)
    await add(store, LAMP, known.version, change)
    products.put(LAMP, VersionedState(known.state, known.version + 1))
    assert (await products.load_many((LAMP,)))[LAMP].version == 3


async def test_too_far_behind_to_look_through_all_of_it_what_is_asked_for_is_read_anew(
    store: TroubledStore, products: Products, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh_repository, "MAX_CATCH_UP", 3)
    await put(store, *priced("lamp", 1), *priced("lamp", 2), *priced("lamp", 3), *priced("lamp", 4))
    store.reads = 0
    found = await products.load_many((LAMP,))
    assert (found[LAMP].state.price.amount, found[LAMP].version, store.reads) == (4, 5, 1)


async def test_news_nobody_can_read_trouble_only_those_who_ask_for_it(store: TroubledStore, products: Products) -> None:
    class Garbled(ProductFact):
        wire_name: ClassVar[str] = "product.price.changed"

    await add(store, LAMP, 1, Garbled(product_id="lamp"))
    assert (await products.load_many((MUG,)))[MUG].version == 1
    with pytest.raises(StreamUnreadable):
        await products.load_many((LAMP,))


async def test_who_is_refused_for_an_event_of_a_later_release_reads_the_stream(
    store: TroubledStore, products: Products
) -> None:
    await add(store, LAMP, 1, ProductPraised(product_id="lamp"))
    assert (await products.load_many((LAMP,)))[LAMP].version == 1
    products.evict(LAMP)
    with pytest.raises(StreamUnreadable):
        await products.load_many((LAMP,))

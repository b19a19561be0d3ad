from collections import Counter

import httpx

from aioutlet.demo.load import DELIVERY, load_demo, read_catalogue
from aioutlet.demo.make_catalogue import MIN_STOCK, initial_stock
from aioutlet.journey.admin_client import ITEMS_AT_ONCE, AdminClient
from aioutlet.journey.baskets import Basket
from aioutlet.journey.shop import order_of
from schemas.address import Address
from tests.unit.journey_shop import FakeShop


def test_the_demo_catalogue_is_a_few_hundred_products_nobody_could_confuse() -> None:
    products, pieces = read_catalogue()
    assert 200 <= len(products) <= 300
    assert pieces.keys() == {product.product_id for product in products}
    assert max(Counter(product.name for product in products).values()) == 1
    assert len({product.department for product in products}) >= 8


def test_every_demo_product_has_a_price_and_stock() -> None:
    products, pieces = read_catalogue()
    assert all(product.price.amount > 0 for product in products)
    assert min(pieces.values()) >= MIN_STOCK


def test_stock_is_two_weeks_of_sales_and_never_too_little() -> None:
    assert initial_stock(5_200) == 200
    assert initial_stock(3) == MIN_STOCK


async def test_loading_the_demo_again_brings_nothing_in_twice() -> None:
    fake = FakeShop()
    async with fake.open() as shop:
        first = await load_demo(shop.commands, shop.passes.admin())
        again = await load_demo(shop.commands, shop.passes.admin())
    assert (first, again) == (len(fake.products), 0)
    assert list(fake.receipts) == [f"{DELIVERY}-0"]


async def test_a_great_delivery_comes_in_many_receipts_and_each_of_them_once() -> None:
    fake, pieces = FakeShop(), {f"p{number}": number + 1 for number in range(ITEMS_AT_ONCE + 1)}
    async with fake.open() as shop:
        for _ in range(2):
            await shop.staff.receive("run-7", pieces)
    assert {name: len(items) for name, items in fake.receipts.items()} == {"run-7-0": ITEMS_AT_ONCE, "run-7-1": 1}
    received = {item["productId"]: item["quantity"] for items in fake.receipts.values() for item in items}
    assert received == pieces


async def test_progress_is_told_of_every_product() -> None:
    told: list[int] = []
    async with FakeShop().open() as shop:
        staff: AdminClient = shop.staff
        await staff.list_products(read_catalogue().products, told.append)
    assert sum(told) == len(read_catalogue().products)


def test_the_address_of_a_household_is_one_the_shop_accepts() -> None:
    order = order_of(Basket("b1", "900", (("p1", 1),)), "tok_ok")
    assert Address.model_validate(order["shippingAddress"]).region == "OH"


async def test_a_shop_that_cannot_be_reached_is_no_answer() -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)

    async with FakeShop().open() as shop, httpx.AsyncClient(transport=httpx.MockTransport(unreachable)) as client:
        lonely = type(shop)(client, client, shop.passes)
        answer = await lonely.place(Basket("b1", "900", (("p1", 1),)), token="tok_ok", key="k")
    assert getattr(answer, "code", None) == "no answer"

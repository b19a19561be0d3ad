"""How the households of a journey shop: what their carts hold, and what they do on the way."""

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioutlet.journey.admin_client import AdminClient
from aioutlet.journey.baskets import Basket
from aioutlet.journey.browser import Browser, open_client
from aioutlet.journey.households import Households, address, email
from aioutlet.journey.shop import NotPlaced, Placed
from aioutlet.journey.shopping import Move, begins_as_guest, is_reviewed, rating, steps

ITEMS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9), min_size=1)
BASKETS = st.builds(Basket, st.integers(1, 10**9).map(str), st.just("7"), ITEMS.map(lambda items: tuple(items.items())))


@given(BASKETS)
def test_the_steps_of_a_basket_fill_an_empty_cart_with_it(basket: Basket) -> None:
    cart: dict[str, int] = {}
    for step in steps(basket):
        match step.move:
            case Move.ADD:
                cart[step.product_id] = cart.get(step.product_id, 0) + step.quantity
            case Move.SET:
                assert step.product_id in cart
                cart[step.product_id] = step.quantity
            case Move.REMOVE:
                del cart[step.product_id]
    assert cart == dict(basket.items)


@given(BASKETS)
def test_a_household_does_the_same_in_every_run(basket: Basket) -> None:
    again = Basket(basket.basket_id, basket.household_id, basket.items)
    assert [*steps(basket)] == [*steps(again)]
    assert begins_as_guest(basket) is begins_as_guest(again)
    assert rating(basket) in range(1, 6)


def test_many_baskets_have_every_detour() -> None:
    baskets = [Basket(str(number), "7", (("a", 2), ("b", 1))) for number in range(1_000)]
    moves = {move for basket in baskets for move in (step.move for step in steps(basket))}
    assert moves == set(Move)
    assert 100 < sum(map(begins_as_guest, baskets)) < 200
    assert 25 < sum(map(is_reviewed, baskets)) < 90
    assert {rating(basket) for basket in baskets} == {1, 2, 3, 4, 5}


def test_every_household_comes_from_an_address_of_its_own() -> None:
    assert address("2469") == "10.0.9.165"
    assert len({address(str(number)) for number in range(3_000)}) == 3_000


class FakeDoor:
    """A BFF and an admin's API with one cart, that remembers what it was asked."""

    def __init__(self, *, refuses: str | None = None) -> None:
        self.cart: dict[str, int] = {}
        self.asked: list[str] = []
        self.keys: list[str] = []
        self.refuses = refuses

    def __call__(self, request: httpx.Request) -> httpx.Response:
        method, path = request.method, request.url.path
        self.asked.append(f"{method} {path}")
        body = httpx.Response(200, content=request.content).json() if request.content else {}
        if key := request.headers.get("Idempotency-Key"):
            self.keys.append(key)
        if path == "/users":
            return httpx.Response(201, json={})
        if path == "/bff/auth/login":
            cookies = [("set-cookie", f"aioutlet_{name}=x-{name}; Max-Age=9; Path=/") for name in ("access", "csrf")]
            cart = {"cart": {"cartId": "me.1", "lines": [{"rule": "summed"}]}} if self.cart else {}
            return httpx.Response(200, headers=cookies, json=cart)
        if path == "/bff/guest/cart":
            return httpx.Response(200, json={"guestId": "guest-1"})
        if path == "/bff/orders":
            assert request.headers["X-CSRF-Token"] == "x-csrf"
            assert "aioutlet_access=x-access" in request.headers["Cookie"]
            return httpx.Response(201, json={"orderId": "o-1", "keep": body})
        if path == "/bff/cart":
            items, self.cart = list(self.cart), {} if method == "DELETE" else self.cart
            return httpx.Response(200, json={"items": items})
        return self._change(method, path, body)

    def _change(self, method: str, path: str, body: dict[str, object]) -> httpx.Response:
        if self.refuses:
            return httpx.Response(409, json={"code": self.refuses})
        product_id = str(body.get("productId", path.rpartition("/")[2]))
        quantity = int(str(body.get("quantity", 0)))
        match method:
            case "POST":
                self.cart[product_id] = self.cart.get(product_id, 0) + quantity
            case "PUT":
                self.cart[product_id] = quantity
            case _:
                del self.cart[product_id]
        return httpx.Response(200, json={"cartId": "me.1"})


def numbered(*, guest: bool) -> Basket:
    baskets = (Basket(str(number), "7", (("a", 2), ("b", 1))) for number in range(1_000))
    return next(basket for basket in baskets if begins_as_guest(basket) is guest)


async def placed(door: FakeDoor, basket: Basket) -> tuple[Placed | NotPlaced, Households]:
    async with open_client("http://bff", httpx.MockTransport(door), timeout=5) as client:
        households = Households(client, run="r")
        staff = AdminClient(client, "token")
        await households.open_accounts(staff, [basket], lambda _: None, at_once=2)
        return await households.place(basket, token="tok_ok", key="r-1"), households


@pytest.mark.parametrize("guest", [True, False])
async def test_a_household_fills_its_cart_and_orders_it(guest: bool) -> None:
    door, basket = FakeDoor(), numbered(guest=guest)
    answer, households = await placed(door, basket)
    assert answer == Placed("o-1", replayed=False, retries=0)
    assert door.cart == dict(basket.items)
    assert (f"POST /bff/{'guest/cart/guest-1' if guest else 'cart'}/items") in door.asked
    assert households.figures.guest_carts == guest
    assert households.figures.cart_changes == len([*steps(basket)])
    assert len(door.keys) == len(set(door.keys)) == households.figures.cart_changes + 1


async def test_accounts_that_are_opened_at_once_are_all_counted() -> None:
    async def door(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return httpx.Response(201, json={})

    baskets = [Basket(str(number), str(number), (("a", 1),)) for number in range(20)]
    async with open_client("http://bff", httpx.MockTransport(door), timeout=5) as client:
        households = Households(client, run="r")
        await households.open_accounts(AdminClient(client, "token"), baskets, lambda _: None, at_once=8)
    assert households.figures.accounts == 20


async def test_what_an_interrupted_run_has_left_is_taken_out_first() -> None:
    door, basket = FakeDoor(), numbered(guest=False)
    door.cart = {"left": 3}
    await placed(door, basket)
    assert door.cart == dict(basket.items)


async def test_a_cart_that_the_shop_refuses_is_no_order() -> None:
    answer, _ = await placed(FakeDoor(refuses="not_available"), numbered(guest=False))
    assert answer == NotPlaced("not_available")


async def test_a_cookie_that_is_cleared_is_not_sent_again() -> None:
    def door(request: httpx.Request) -> httpx.Response:
        age = 0 if request.url.path == "/bff/auth/logout" else 9
        return httpx.Response(
            200, headers={"set-cookie": f"a=b; Max-Age={age}"}, json=request.headers.get("Cookie", "none")
        )

    async with open_client("http://bff", httpx.MockTransport(door), timeout=5) as client:
        browser = Browser(client, "10.0.0.1")
        said = [(await browser.ask("POST", path)).json() for path in ("/in", "/again", "/bff/auth/logout", "/after")]
    assert said == ["none", "a=b", "a=b", "none"]


def test_an_account_is_named_after_its_household() -> None:
    assert email("12") == "household-12@example.org"

"""The households of the baskets as shoppers: each has an account, a browser and a cart, and one basket at a time."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from aioutlet.journey.admin_client import AdminClient, Told
from aioutlet.journey.baskets import Basket
from aioutlet.journey.browser import Browser
from aioutlet.journey.shop import NO_ANSWER, NotPlaced, Placed, order_of, problem, retries_of
from aioutlet.journey.shopping import Move, Step, begins_as_guest, rating, steps
from schemas.cart import TransferRule
from schemas.errors import EmailTaken, ReviewExists

PASSWORD = "a pass phrase of the journey, long"
CART = "/bff/cart"
WORDS = ("Not for us.", "It will do.", "As it should be.", "We would buy it again.", "The best in the house.")
"""What a household says of a product, by its stars."""


@dataclass(slots=True)
class ShoppingFigures:
    """What the households did, besides ordering."""

    accounts: int = 0
    cart_changes: int = 0
    guest_carts: int = 0
    """Taken over at a login."""
    adjusted_lines: int = 0
    """Lines that the shop changed when it took a guest's cart over."""
    reviews: int = 0
    reviews_changed: int = 0
    """Of a product that was bought and reviewed before."""
    changed_in: list[float] = field(default_factory=list)
    """Seconds from the request to the answer, for each change of a cart."""


class Refused(Exception):
    """The shop refused a step on the way to an order, with this code."""


class Households:
    """Every household of a run at one BFF."""

    def __init__(self, client: httpx.AsyncClient, *, run: str) -> None:
        """Shop over `client`, which keeps no cookies itself; keys of requests begin with the name of the run."""
        self.figures = ShoppingFigures()
        self._client = client
        self._run = run
        self._browsers: dict[str, Browser] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def open_accounts(self, staff: AdminClient, baskets: Iterable[Basket], told: Told, *, at_once: int) -> None:
        """Have an account for every household of the baskets; one that has one keeps it.

        Raises:
            httpx.HTTPError: The shop does not take one.
        """
        free = asyncio.Semaphore(at_once)

        async def open_one(household_id: str) -> None:
            async with free:
                is_new = await _open_account(staff, household_id)
                self.figures.accounts += is_new
                told(1)

        async with asyncio.TaskGroup() as tasks:
            for household_id in household_ids(baskets):
                tasks.create_task(open_one(household_id))

    async def place(self, basket: Basket, *, token: str, key: str) -> Placed | NotPlaced:
        """Fill the household's cart with one basket, and order it, paid by this payment token."""
        async with self._locks.setdefault(basket.household_id, asyncio.Lock()):
            try:
                browser, cart_id = await self._fill_cart(basket, key)
                return await self._check_out(browser, basket, cart_id, token=token, key=key)
            except Refused as refused:
                return NotPlaced(str(refused))
            except httpx.TransportError:
                return NotPlaced(NO_ANSWER)

    async def review(self, basket: Basket, order_id: str) -> str | None:
        """Review a product of an order that has come, or change the review of it; return the code of a refusal."""
        stars, key = rating(basket), f"{self._run}-review-{order_id}"
        (product_id, _), words = basket.items[0], {"rating": stars, "text": WORDS[stars - 1]}
        browser = await self._browser(basket.household_id)
        answer = await browser.ask(
            "POST", "/bff/reviews", words | {"productId": product_id, "orderId": order_id}, key=key
        )
        is_known = not answer.is_success and problem(answer) == ReviewExists.code
        if is_known:
            answer = await browser.ask("PATCH", f"/bff/reviews/{product_id}", words, key=f"{key}-again")
        if not answer.is_success:
            return problem(answer)
        self.figures.reviews_changed += is_known
        self.figures.reviews += not is_known
        return None

    async def _fill_cart(self, basket: Basket, key: str) -> tuple[Browser, str]:
        """Return a browser with a session in which the cart holds the basket, and the cart's id."""
        if begins_as_guest(basket):
            await self._empty(await self._browser(basket.household_id))
            browser = self._new_browser(basket.household_id)
            guest_id = (await _done(browser, "POST", "/bff/guest/cart"))["guestId"]
            await self._change(browser, f"/bff/guest/cart/{guest_id}", basket, key)
            taken = (await self._log_in(browser, basket.household_id)).get("cart")
            taken = taken or await _done(browser, "POST", f"{CART}/transfer", {"guestId": guest_id})
            self._browsers[basket.household_id] = browser
            self.figures.guest_carts += 1
            self.figures.adjusted_lines += sum(line["rule"] != TransferRule.SUMMED for line in taken["lines"])
            return browser, taken["cartId"]
        browser = await self._browser(basket.household_id)
        await self._empty(browser)
        return browser, await self._change(browser, CART, basket, key)

    async def _empty(self, browser: Browser) -> None:
        """Take out what an interrupted run has left."""
        if (await _done(browser, "GET", CART))["items"]:
            await _done(browser, "DELETE", CART)

    async def _change(self, browser: Browser, cart: str, basket: Basket, key: str) -> str:
        """Take every step of the basket; return the id of the cart."""
        cart_id = ""
        now = asyncio.get_running_loop().time
        for number, step in enumerate(steps(basket)):
            began = now()
            answer = await _take(browser, cart, step, key=f"{key}-{number}")
            self.figures.changed_in.append(now() - began)
            self.figures.cart_changes += 1
            cart_id = answer["cartId"]
        return cart_id

    async def _check_out(
        self, browser: Browser, basket: Basket, cart_id: str, *, token: str, key: str
    ) -> Placed | NotPlaced:
        """Order the cart; the key names its round, so that a run taken up again orders what it has put in anew."""
        body = {name: value for name, value in order_of(basket, token).items() if name != "items"}
        answer = await browser.ask("POST", "/bff/orders", body | {"cartId": cart_id}, key=f"{key}-{cart_id}")
        if not answer.is_success:
            return NotPlaced(problem(answer))
        replayed = answer.headers.get("Idempotent-Replayed") == "true"
        return Placed(answer.json()["orderId"], replayed, retries_of(answer))

    async def _browser(self, household_id: str) -> Browser:
        """Return the household's browser, logged in."""
        if household_id not in self._browsers:
            browser = self._new_browser(household_id)
            await self._log_in(browser, household_id)
            self._browsers[household_id] = browser
        return self._browsers[household_id]

    async def _log_in(self, browser: Browser, household_id: str) -> dict[str, Any]:
        credentials = {"email": email(household_id), "password": PASSWORD}
        return await _done(browser, "POST", "/bff/auth/login", credentials)

    def _new_browser(self, household_id: str) -> Browser:
        return Browser(self._client, address(household_id))


def household_ids(baskets: Iterable[Basket]) -> list[str]:
    """Return the households of baskets, each once."""
    return list(dict.fromkeys(basket.household_id for basket in baskets))


def email(household_id: str) -> str:
    """Return the address of a household's account."""
    return f"household-{household_id}@example.org"


def address(household_id: str) -> str:
    """Return the address that a household's requests come from: limits are counted by address."""
    number = int(household_id) if household_id.isdecimal() else sum(household_id.encode())
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


async def _open_account(staff: AdminClient, household_id: str) -> bool:
    """Return whether the account is new."""
    name = {"firstName": "Household", "lastName": household_id}
    answer = await staff.ask("/users", {"email": email(household_id), "password": PASSWORD, "roles": [], **name})
    if not answer.is_success and problem(answer) != EmailTaken.code:
        answer.raise_for_status()
    return answer.is_success


async def _take(browser: Browser, cart: str, step: Step, *, key: str) -> dict[str, Any]:
    match step.move:
        case Move.ADD:
            line = {"productId": step.product_id, "quantity": step.quantity}
            return await _done(browser, "POST", f"{cart}/items", line, key=key)
        case Move.SET:
            return await _done(browser, "PUT", f"{cart}/items/{step.product_id}", {"quantity": step.quantity}, key=key)
        case Move.REMOVE:
            return await _done(browser, "DELETE", f"{cart}/items/{step.product_id}", key=key)


async def _done(
    browser: Browser, method: str, path: str, body: dict[str, Any] | None = None, *, key: str | None = None
) -> dict[str, Any]:
    """Return the answer, or raise `Refused` with its code."""
    answer = await browser.ask(method, path, body, key=key)
    if not answer.is_success:
        raise Refused(problem(answer))
    found: dict[str, Any] = answer.json()
    return found

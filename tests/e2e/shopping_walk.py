"""The whole way of a shopper, as a browser goes it, and what a shopkeeper does meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.cart import TransferRule
from tests.browser import REFRESH, Answer, Browser
from tests.e2e.account_walk import ADDRESS, FIRST, NAME, SECOND, Walk
from tests.e2e.carts import check_out, put
from tests.e2e.customers import Counter
from tests.e2e.cut_connections import cut_in_an_event
from tests.event_streams import Stream, StreamEvent, listening_to
from tests.services.waiting import STUCK_AFTER

DECLINED_TWICE = {"paymentMethod": {"token": "tok_flaky"}}
"""A payment that takes seconds, so that something is still to happen to the order when its stream is cut."""
GUEST_CART = "/bff/guest/cart"


@dataclass
class ShoppingWalk(Walk):
    """One person shops, from looking around to a review; a shopkeeper sends what was ordered."""

    ask: Counter = field(kw_only=True)
    department: str = field(default_factory=lambda: f"Pantry {uuid4().hex[:8]}")
    oats: str = field(default_factory=lambda: f"oats-{uuid4().hex}")
    tea: str = field(default_factory=lambda: f"tea-{uuid4().hex}")
    keeper_id: str = ""
    guest_id: str = ""
    order: Answer = field(default_factory=dict)
    """As it was placed."""
    told: list[StreamEvent] = field(default_factory=list)
    """What the stream of the order told."""

    async def go(self) -> None:
        """The whole way."""
        async with self.browser() as keeper, self.browser() as home, self.browser() as phone, self.browser() as work:
            await self._open_shop(keeper)
            await self._look_around(phone)
            await self._fill_as_guest(phone)
            await self._join(home)
            await put(home, "/bff/cart", self.oats, 3)
            self.note("add", home)
            await self._log_in_with_cart(phone)
            await phone.refused(409, "not_purchased", "POST", "/bff/reviews", json=self._review())
            await self._order_in_two_tabs(phone, home)
            await self._follow_until_prepared(phone)
            await self._send(keeper, phone)
            await self._write_review(phone)
            await self.replace_password(work, home, phone)
            await self._come_back(work)
            self.secrets |= keeper.seen | home.seen | phone.seen | work.seen

    async def _open_shop(self, keeper: Browser) -> None:
        """A new shopkeeper offers oats, of which there are five, and tea, of which there is none."""
        account = NAME | {"email": f"keeper-{self.email}", "password": FIRST, "roles": ["admin"]}
        made = await self.ask.commands.post("/users", json=account, headers=self.ask.bearer("staff", "admin"))
        self.keeper_id = made.raise_for_status().json()["userId"]
        self.correlations["employ"] = made.headers["X-Correlation-ID"]
        await keeper.post("/bff/auth/login", json={"email": account["email"], "password": FIRST})
        self.note("begin", keeper)
        offers = {"oats": (self.oats, "Oat drink", 500), "tea": (self.tea, "Green tea", 300)}
        for step, (product_id, name, price) in offers.items():
            product = {"productId": product_id, "name": name, "department": self.department, "category": "Drinks"}
            price_tag = {"price": {"amount": price, "currency": "USD"}}
            await keeper.post("/bff/admin/products", 201, json=product | price_tag)
            self.note(f"offer {step}", keeper)
        receipt = {"items": [{"productId": self.oats, "quantity": 5}]}
        await keeper.post("/bff/admin/stock/receipts", 201, json=receipt)
        self.note("receive", keeper)

    async def _look_around(self, phone: Browser) -> None:
        """Browse, filter and search, without a session; then look at a product."""
        listed = ("/bff/products", {"department": self.department, "sort": "price"})
        shelf = await self._seen(
            phone, *listed, lambda page: [each["inStock"] for each in page["items"]] == [False, True]
        )
        assert [each["productId"] for each in shelf["items"]] == [self.tea, self.oats]
        assert (shelf["total"], shelf["facets"]["categories"]) == (2, [{"value": "Drinks", "count": 2}])
        departments = (await phone.ask("GET", "/bff/departments")).json()
        assert [each["total"] for each in departments if each["department"] == self.department] == [2]
        for narrowed in ({"minPrice": 400}, {"maxPrice": 500, "inStock": True}, {"q": "DRÌ oat", "category": "Drinks"}):
            page = await phone.get("/bff/products", params=narrowed | {"department": self.department})
            assert [each["productId"] for each in page["items"]] == [self.oats], narrowed
        shown = await self._seen_whole(phone, lambda page: page["stock"] == {"available": 5})
        assert (shown["price"]["amount"], shown["reviews"]["total"]) == (500, 0)

    async def _fill_as_guest(self, phone: Browser) -> None:
        self.guest_id = str((await phone.post(GUEST_CART))["guestId"])
        cart = f"{GUEST_CART}/{self.guest_id}"
        too_many = {"json": {"productId": self.oats, "quantity": 6}}
        await phone.refused(409, "not_available", "POST", f"{cart}/items", **too_many)
        await put(phone, cart, self.oats, 4)
        self.note("guest adds", phone)
        assert (await phone.get(cart))["pieces"] == 4

    async def _join(self, home: Browser) -> None:
        """Open an account; one without a proven address orders nothing."""
        await self.register(home)
        items = {"items": [{"productId": self.oats, "quantity": 1}], "shippingAddress": ADDRESS}
        early = {"json": items, "headers": {"Idempotency-Key": "early"}}
        await home.refused(403, "email_not_verified", "POST", "/bff/orders", **early)
        await self.verify(home)
        assert (await home.get("/bff/me"))["roles"] == ["customer"]

    async def _log_in_with_cart(self, phone: Browser) -> None:
        """Log in where the guest was: both carts are summed, up to what there is."""
        session = await self.log_in(phone, FIRST, "login")
        [line] = session["cart"]["lines"]
        assert (line["guestQuantity"], line["userQuantity"], line["resultQuantity"]) == (4, 3, 5)
        assert line["rule"] == TransferRule.CAPPED_AT_STOCK
        spent = phone.cookie(REFRESH)
        await phone.post("/bff/auth/refresh")
        assert phone.cookie(REFRESH) not in (spent, "")

    async def _order_in_two_tabs(self, *tabs: Browser) -> None:
        """Check the cart out twice at once, which makes one order."""
        cart = await self._seen(tabs[0], "/bff/cart", {}, lambda cart: bool(cart["canCheckOut"]))
        assert (cart["pieces"], cart["subtotal"]["amount"]) == (5, 2_500)
        keyed = [(tab, f"tab-{number}") for number, tab in enumerate(tabs)]
        answers = await asyncio.gather(*(check_out(tab, cart["cartId"], key, **DECLINED_TWICE) for tab, key in keyed))
        [(placed, first)] = [each for each in zip(answers, tabs, strict=True) if each[0].status_code == 201]
        [refused] = [answer for answer in answers if answer.status_code == 409]
        self.correlations["order"], self.order = placed.headers["X-Correlation-ID"], placed.json()
        assert refused.json()["code"] == "cart_checked_out"
        assert all(refused.json()[name] == self.order[name] for name in ("orderId", "orderNumber"))
        assert [each["orderId"] for each in (await first.get("/bff/orders"))["items"]] == [self.order["orderId"]]

    async def _follow_until_prepared(self, phone: Browser) -> None:
        """Follow the order over a connection that breaks in the middle of an event, and over another to its parcel."""
        path = f"/bff/orders/{self.order['orderId']}/events"
        async with (
            cut_in_an_event(self.place.url) as before_shop,
            listening_to(phone.client, f"{before_shop}{path}") as cut,
        ):
            await self._hear(cut)
            with pytest.raises(httpx.TransportError):
                await cut.next()
        assert self.told[-1].data["outcome"] is None
        async with listening_to(phone.client, path, headers={"Last-Event-ID": cut.last_id}) as resumed:
            while self.told[-1].data["outcome"] is None:
                await self._hear(resumed)
        assert (self.told[-1].data["status"], self.told[-1].data["paymentStatus"]) == ("Shipping Prepared", "paid")

    async def _send(self, keeper: Browser, phone: Browser) -> None:
        """The shopkeeper finds the order and hands it over; the shopper hears of all of it, once."""
        found = await keeper.get("/bff/admin/orders", params={"number": self.order["orderNumber"]})
        assert [each["orderId"] for each in found["items"]] == [self.order["orderId"]]
        path = f"/bff/orders/{self.order['orderId']}"
        async with listening_to(phone.client, f"{path}/events", headers={"Last-Event-ID": self.told[-1].id}) as stream:
            for step, status in (("ship", "Shipped"), ("deliver", "Delivered")):
                await keeper.post(f"/bff/admin/orders/{self.order['orderId']}/{step}")
                self.note(step, keeper)
                while self.told[-1].data["fulfilmentStatus"] != status.lower():
                    await self._hear(stream)
                assert self.told[-1].data["status"] == status
            assert await stream.next() is None
        again = await phone.ask("GET", f"{path}/events", headers={"Last-Event-ID": self.told[-1].id})
        assert again.status_code == 204
        shown = await phone.get(path)
        assert [entry for event in self.told for entry in _entries(event.data)] == _entries(shown)
        assert [int(event.id) for event in self.told] == sorted({int(event.id) for event in self.told})

    async def _write_review(self, phone: Browser) -> None:
        await phone.post("/bff/reviews", 201, json=self._review())
        self.note("review", phone)
        shown = await self._seen_whole(phone, lambda page: page["rating"]["count"] == 1)
        [review] = shown["reviews"]["items"]
        assert (review["text"], review["verifiedPurchase"], shown["stock"]) == ("I like it.", True, {"available": 0})

    async def _come_back(self, work: Browser) -> None:
        """Log in with the new password, find everything, and leave."""
        await self.log_in(work, SECOND, "login again")
        cart = await work.get("/bff/cart")
        assert (cart["items"], cart["lastOrder"]["orderId"]) == ([], self.order["orderId"])
        export = await work.get("/bff/me/export")
        assert (export["cart"]["cartId"], len(export["orders"]), len(export["reviews"])) == (cart["cartId"], 1, 1)
        await work.post("/bff/auth/logout")
        self.note("logout", work)
        await work.refused(401, "unauthorised", "GET", "/bff/me")

    async def _hear(self, stream: Stream) -> None:
        event = await stream.next()
        assert event, "the stream has ended before the order"
        self.told.append(event)

    async def _seen(self, browser: Browser, path: str, params: Answer, is_so: Callable[[Answer], bool]) -> Answer:
        """A page once it shows what others have done."""
        async with asyncio.timeout(STUCK_AFTER):
            while not is_so(page := await browser.get(path, params=params)):
                pass
        return page

    async def _seen_whole(self, browser: Browser, is_so: Callable[[Answer], bool]) -> Answer:
        """The page of the oats once it shows what others have done; no part of it was late, as on a busy machine."""
        path = f"/bff/products/{self.oats}"
        return await self._seen(browser, path, {}, lambda page: not page["degraded"] and is_so(page))

    def _review(self) -> Answer:
        return {"productId": self.oats, "rating": 4, "text": "I like it."}


def _entries(order: Answer) -> list[tuple[Any, ...]]:
    """What a timeline tells."""
    return [(entry["at"], entry["type"], entry["title"], entry.get("details")) for entry in order["timeline"]]

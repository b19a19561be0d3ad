"""An embedded shop in this process, whose processors can be held before they handle anything, and its people."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aioutlet.data_folder import Addresses
from aioutlet.embedded import embedded
from aioutlet.settings import read
from event_store.unit_of_work import UnitOfWork
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.payment import Payments
from streams.processor import Processor
from streams.shipping import Shipping
from streams.triggers import Trigger
from tests.browser import Answer, Browser
from tests.e2e.customers import CINCINNATI, Counter, counter
from tests.e2e.logs import Log, reading
from tests.e2e.running import FREE_PORTS, SECRET

PASSWORD = "a pass phrase of the tests, long"
SETTINGS = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_RATE_LIMITS": "off"}
PROCESSORS: Sequence[type[Processor]] = (Fulfilment, Payments, Inventory, Shipping)


class Gates:
    """Holds processors, by the names of their consumers."""

    def __init__(self) -> None:
        self._open = {processor.consumer: asyncio.Event() for processor in PROCESSORS}
        for each in self._open.values():
            each.set()

    @contextmanager
    def held(self, *consumers: str) -> Iterator[None]:
        """Let these processors handle nothing while the context is open."""
        for name in consumers:
            self._open[name].clear()
        try:
            yield
        finally:
            for name in consumers:
                self._open[name].set()

    def patch(self, patch: pytest.MonkeyPatch) -> None:
        """Have every processor wait at its gate."""
        for processor in PROCESSORS:
            patch.setattr(processor, "react", self._waiting(processor))

    def _waiting(self, processor: type[Processor]) -> Any:
        react, gate = processor.react, self._open[processor.consumer]

        async def waits(self: Processor, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
            await gate.wait()
            return await react(self, triggers, unit)

        return waits


@dataclass
class HeldShop:
    """The running shop: its doors, its log and its gates."""

    addresses: Addresses
    gates: Gates
    ask: Counter
    log: Log

    @asynccontextmanager
    async def person(self, role: str = "customer") -> AsyncIterator["Person"]:
        """Somebody new at a browser, logged in."""
        email = f"{role}-{uuid4().hex}@example.org"
        roles = [] if role == "customer" else [role]
        account = {"email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "Lee", "roles": roles}
        staff = self.ask.bearer("staff", "admin") | {"Idempotency-Key": uuid4().hex}
        (await self.ask.commands.post("/users", json=account, headers=staff)).raise_for_status()
        async with Browser(self.addresses.bff) as browser:
            await browser.post("/bff/auth/login", json={"email": email, "password": PASSWORD})
            yield Person(self, browser, email)


@dataclass
class Person:
    """A customer, or who keeps the shop."""

    shop: HeldShop
    browser: Browser
    email: str
    placed: Answer = field(default_factory=dict)

    async def order(self, product: str, *, token: str = "tok_ok", postal_code: str = "45202") -> str:
        """Order one piece; the id of the order."""
        body = {
            "items": [{"productId": product, "quantity": 1}],
            "shippingAddress": CINCINNATI | {"postalCode": postal_code},
            "paymentMethod": {"token": token},
        }
        headers = {"Idempotency-Key": uuid4().hex}
        self.placed = await self.browser.post("/bff/orders", 201, json=body, headers=headers)
        return str(self.placed["orderId"])

    async def sees(self, order_id: str) -> Answer:
        """Their order, as its page has it."""
        return await self.browser.get(f"/bff/orders/{order_id}")

    async def until(self, order_id: str, **shown: object) -> Answer:
        """Their order once it shows all of this."""

        async def find() -> Answer | None:
            order = await self.sees(order_id)
            return order if shown.items() <= order.items() else None

        return await self.shop.log.until(find)

    async def mails(self, *wanted: str) -> dict[str, Answer]:
        """The mails they have got, by template, once these are among them; each has come once."""

        async def find() -> dict[str, Answer] | None:
            shown = (await self.browser.get("/bff/dev/mailbox"))["items"]
            got = [mail for mail in shown if mail["to"] == self.email]
            by_template = {mail["template"]: mail for mail in got}
            assert len(by_template) == len(got), [mail["template"] for mail in got]
            return by_template if set(wanted) <= by_template.keys() else None

        return await self.shop.log.until(find)


@asynccontextmanager
async def open_held_shop(data: Path) -> AsyncIterator[HeldShop]:
    """Run the embedded shop in this process; only its read side and its documents are others."""
    gates = Gates()
    with pytest.MonkeyPatch.context() as patch:
        gates.patch(patch)
        for name, value in {"AIOUTLET_DATA": str(data), **SETTINGS, **FREE_PORTS}.items():
            patch.setenv(name, value)
        async with embedded(read()) as addresses:
            named = {"commandApi": addresses.command_api, "queryApi": addresses.query_api}
            async with counter(named) as ask, reading(addresses.log) as log:
                yield HeldShop(addresses, gates, ask, log)

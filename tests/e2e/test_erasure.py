"""People live in a shop and are erased: no secret of theirs was ever written down, and nothing of them is left."""

import asyncio
import json
import sqlite3
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from aioutlet.broker import PARTITIONS
from aioutlet.data_folder import IDENTITY
from aioutlet.documents import document_client
from event_store.opening import open_store
from event_store.store import EventStore
from projectors.verification.verify import verify
from tests.e2e import remains
from tests.e2e.async_browser import Answer, AsyncBrowser, browsing
from tests.e2e.customers import TIMEOUT, Counter, counter
from tests.e2e.life import Person, living
from tests.e2e.planted import Planted, found
from tests.e2e.running import SECRET, ShopProcess

CONFLICT, UNAUTHORISED = 409, 401
LEAST = 30
"""Planted secrets of each person who is erased."""
READ = {
    "log.sqlite:tables", "identity.sqlite:tables", "documents.sqlite:tables", "stderr",
    "topic:aioutlet.people", "topic:aioutlet.orders", "documents:aioutlet.users", "documents:aioutlet.orders",
}  # fmt: skip
"""Where an id is found: all of these are really searched."""
ADMIN = {"email": "root@example.org", "password": "an admin who stays, and a day", "firstName": "Ro", "lastName": "Ot"}


@dataclass(frozen=True)
class Town:
    """A shop, its log, and those who know it."""

    shop: ShopProcess
    log: EventStore
    ask: Counter
    admin: AsyncBrowser

    @property
    def bff(self) -> str:
        return self.shop.addresses()["bff"]

    async def moved(self) -> None:
        await self.log.wait_past(await self.log.head(), timeout=0.1)

    async def mailbox(self) -> list[Answer]:
        answer = await self.admin.ask("GET", "/dev/mailbox")
        items: list[Answer] = answer.json()["items"]
        return items

    async def mails(self, email: str) -> list[str]:
        return [mail["text"] for mail in await self.mailbox() if mail["to"] == email]

    async def passed(self, consumer: str, position: int) -> None:
        """Wait until an agent has finished what is recorded at a position."""
        async with asyncio.timeout(TIMEOUT):
            while max((await self.log.checkpoints(consumer)).values(), default=0) < position:
                await self.moved()

    async def everything(self, others: Person) -> dict[str, bytes]:
        """All that the shop has written anywhere, and all that it answers an admin and another person."""
        at, found = self.shop.addresses(), {"stderr": self.shop.errors().encode()}
        found |= remains.files(self.shop.data) | remains.tables(self.shop.data)
        found |= await remains.topics(at["broker"], partitions=PARTITIONS) | await remains.documents(at["documents"])
        doors = [f"{at[door]}/metrics" for door in ("bff", "commandApi", "queryApi")]
        found |= await remains.answers(self.admin.client, [*doors, f"{at['bff']}/bff/admin/users?limit=100"])
        return found | await remains.answers(others.browser.client, [f"{at['bff']}/bff/me/export"])


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    settings = {
        "AIOUTLET_TOKEN_SECRET": SECRET,
        "AIOUTLET_DEMO": "false",
        "AIOUTLET_LOG_LEVEL": "DEBUG",
    }
    with ShopProcess(tmp_path / "var", settings) as shop:
        yield shop


@pytest.fixture
async def town(own_shop: ShopProcess) -> AsyncIterator[Town]:
    log = open_store(own_shop.addresses()["log"])
    async with counter(own_shop.addresses()) as ask, browsing(own_shop.addresses()["bff"]) as admin:
        made = await ask.commands.post("/users", json={**ADMIN, "roles": ["admin"]}, headers=ask.bearer("x", "admin"))
        assert made.is_success, made.text
        await admin.post("/auth/login", {name: ADMIN[name] for name in ("email", "password")})
        yield Town(own_shop, log, ask, admin)
    await log.close()


@asynccontextmanager
async def people(town: Town, number: int) -> AsyncIterator[list[Person]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(living(town.bff, town.mails, town.moved)) for _ in range(number)]


async def live(person: Person, product: str) -> None:
    """Do everything that one does in a shop."""
    await person.register()
    await person.log_in(wrong=2)
    await person.keep_an_address()
    well = await person.order(product)
    undone = await person.order(product, postal_code="00000")
    await person.settled(well, "completed")
    await person.settled(undone, "failed")
    await person.browser.post("/auth/refresh")
    await person.browser.get("/me")
    await person.browser.get("/me/export")
    await person.move()
    await person.forget_the_password()
    await person.blunder()
    person.note_tokens()


async def refused_while_in_work(town: Town, person: Person, product: str) -> None:
    """Nobody is erased while a saga of theirs lives: the answer has the order."""
    placed = await person.order(product, payment="tok_timeout")
    own = await person.browser.ask("DELETE", "/me", {"password": person.password})
    by_admin = await town.admin.ask("DELETE", f"/admin/users/{person.user_id}")
    for answer in (own, by_admin):
        assert (answer.status_code, answer.json()["code"]) == (CONFLICT, "orders_in_progress")
        assert answer.json()["orderIds"] == [placed["orderId"]]
    await person.browser.post(f"/orders/{placed['orderId']}/cancel", {"reason": "changed my mind"})
    await person.settled(placed, "cancelled")


def secrets_of(persons: list[Person]) -> dict[str, str]:
    return {f"{n} {kind}": each for n, one in enumerate(persons) for kind, each in one.planted.secret.items()}


def all_of(persons: list[Person]) -> dict[str, str]:
    told = {f"{n} {kind}": each for n, one in enumerate(persons) for kind, each in one.planted.told.items()}
    return told | secrets_of(persons)


async def test_what_is_planted_is_found_where_it_is_kept() -> None:
    """The search itself: in clear, escaped, encoded, and cut at any place of base64."""
    planted = Planted()
    text = planted.person("name", "Zoë-{}")
    for before in range(3):
        dressed = {"here": b64encode(b"x" * before + text.encode() + b"yy")}
        assert found(planted.told, dressed) == ["name in here as base64"]
    assert found(planted.told, {"here": f'"Zo\\u00eb{text[3:]}"'.encode()}) == ["name in here as JSON"]
    assert found(planted.told, {"here": text.encode().upper()})
    assert found(planted.told, {"here": text[:-1].encode()}) == []


@pytest.mark.slow
async def test_of_erased_people_nothing_is_left_and_their_secrets_were_never_written_down(town: Town) -> None:
    product = await town.ask.product(stock=100)
    async with people(town, 3) as (ann, bob, cleo):
        await asyncio.gather(*(live(each, product) for each in (ann, bob, cleo)))
        gone = [ann, bob]
        assert min(len(each.planted.told | each.planted.secret) for each in gone) >= LEAST
        await town.admin.get(f"/admin/users?q={ann.email}")
        for each in gone:
            await refused_while_in_work(town, each, product)
        before = await town.everything(cleo)
        assert {each.split()[2] for each in found({"id": ann.user_id}, before)} >= READ
        hashes, keys = password_hashes(town.shop.data, gone), subject_keys(town.shop.data, gone)
        assert places_of(keys, before) >= {"identity.sqlite:tables"}
        assert found(secrets_of([ann, bob, cleo]), before) == []
        assert {each.split()[0] for each in found({"Ann": ann.email, "Bob": bob.email}, await mailbox(town))} == {
            "Ann",
            "Bob",
        }
        orders = {each["orderId"]: each for one in gone for each in one.orders}
        shown = {order_id: (await town.ask.order(order_id)) or {} for order_id in orders}
        await erase(town, ann, bob)
        after = await town.everything(cleo)
        assert found(all_of(gone) | hashes, after | await mailbox(town)) == []
        assert places_of(keys, after) == set()
        assert found(secrets_of([cleo]), after) == []
        await nothing_but_sums(town, shown)
        await agrees_with_its_log(town)
        await logs_in_no_more(ann)
        again = await begin_again(town, ann)
        assert again not in (ann.user_id, bob.user_id)


def password_hashes(folder: Path, persons: list[Person]) -> dict[str, str]:
    query = "SELECT password_hash FROM credentials WHERE user_id = ?"
    with closing(sqlite3.connect(folder / IDENTITY)) as connection:
        hashes = {each.user_id: connection.execute(query, (each.user_id,)).fetchone()[0] for each in persons}
    return {f"hash of {user_id}": text.rpartition("$")[2] for user_id, text in hashes.items()}


def subject_keys(folder: Path, persons: list[Person]) -> list[bytes]:
    """The wrapped keys: with the master key they would open what is sealed."""
    query = "SELECT wrapped_key FROM subject_keys WHERE subject = ?"
    with closing(sqlite3.connect(folder / IDENTITY)) as connection:
        return [connection.execute(query, (person.user_id,)).fetchone()[0] for person in persons]


def places_of(keys: list[bytes], places: Mapping[str, bytes]) -> set[str]:
    return {place for place, content in places.items() for key in keys if key in content}


async def erase(town: Town, own_wish: Person, by_admin: Person) -> None:
    await own_wish.browser.delete("/me", {"password": own_wish.password})
    erased = await town.admin.delete(f"/admin/users/{by_admin.user_id}")
    await town.passed("accounts", erased["position"])


async def mailbox(town: Town) -> dict[str, bytes]:
    return {"mailbox": json.dumps(await town.mailbox(), ensure_ascii=False).encode()}


async def nothing_but_sums(town: Town, before: Mapping[str, Answer]) -> None:
    """Orders stay as they were, but for the addresses."""
    for order_id, order in before.items():
        assert order["shippingAddress"]["line1"]
        now = await town.ask.order(order_id)
        assert now == order | {"shippingAddress": None, "billingAddress": None}


async def agrees_with_its_log(town: Town) -> None:
    client = document_client(town.shop.addresses()["documents"])
    async with client, asyncio.timeout(TIMEOUT):
        while (report := await verify(town.log, client["aioutlet"], partitions=PARTITIONS)).behind:
            await town.moved()
    assert report.agrees, report.findings.shown if hasattr(report.findings, "shown") else report


async def logs_in_no_more(person: Person) -> None:
    for password in (kind for name, kind in person.planted.secret.items() if name.endswith("password")):
        refused = await person.browser.ask("POST", "/auth/login", {"email": person.email, "password": password})
        assert refused.status_code in (UNAUTHORISED, httpx.codes.TOO_MANY_REQUESTS)


async def begin_again(town: Town, person: Person) -> str:
    """Register and prove the same address once more; the new id."""
    async with browsing(town.bff, address="2001:db8:7::7") as browser:
        again = Person(browser, town.mails, town.moved, Planted(), person.password, person.email)
        again.planted.told["email"] = person.email
        await again.register()
        await again.log_in()
    return again.user_id

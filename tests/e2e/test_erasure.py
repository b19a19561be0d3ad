"""People live in a shop and are erased: no secret of theirs was ever written down, and nothing of them is left."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from aioutlet.documents import document_client
from projectors.verification.verify import verify
from tests.cluster.stage import staged
from tests.e2e.async_browser import Answer, browsing
from tests.e2e.life import Person, living
from tests.e2e.planted import Planted, found
from tests.e2e.running import SECRET, ShopProcess
from tests.e2e.town import Town, one_process, services
from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments
from tests.services.part import Part
from tests.services.postgres import PostgreSQL
from tests.services.waiting import STUCK_AFTER

CONFLICT, UNAUTHORISED = 409, 401
LEAST = 30
"""Planted secrets of each person who is erased."""


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    settings = {
        "AIOUTLET_TOKEN_SECRET": SECRET,
        "AIOUTLET_DEMO": "false",
        "AIOUTLET_LOG_LEVEL": "DEBUG",
    }
    with ShopProcess(tmp_path / "var", settings) as shop:
        yield shop


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
    await person.review(product)
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
async def test_of_erased_people_nothing_is_left_and_their_secrets_were_never_written_down(
    own_shop: ShopProcess,
) -> None:
    async with one_process(own_shop, SECRET) as town:
        await live_and_be_erased(town)


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.timeout(600)
async def test_nothing_is_left_of_them_in_separate_services_either(own_part: Callable[[type[Part]], Part]) -> None:
    postgres, kafka, documents = own_part(PostgreSQL), own_part(Kafka), own_part(JavaDocuments)
    with staged(postgres, kafka, documents, saga=1, settings={"AIOUTLET_LOG_LEVEL": "DEBUG"}) as stage:
        async with services(stage, documents=documents.url) as town:
            await live_and_be_erased(town)


async def live_and_be_erased(town: Town) -> None:
    product = await town.ask.product(stock=100)
    async with people(town, 3) as (ann, bob, cleo):
        gone = [ann, bob]
        await asyncio.gather(*(live(each, product) for each in (ann, bob, cleo)))
        await town.admin.get(f"/admin/users?q={ann.email}")
        for each in gone:
            assert len(each.planted.told | each.planted.secret) >= LEAST
            await refused_while_in_work(town, each, product)
        before = await town.everything(cleo.browser)
        assert found(secrets_of([ann, bob, cleo]), before) == []
        assert {each.split()[2] for each in found({"id": ann.user_id}, before)} >= town.searched
        orders = {each["orderId"]: await town.ask.order(each["orderId"]) or {} for one in gone for each in one.orders}
        hashes, keys = zip(*(town.secrets_of(each.user_id) for each in gone), strict=True)
        assert found({"hash": hashes[0].rpartition("$")[2]}, before)
        assert places_of(keys, before)
        await erase(town, ann, bob)
        await nothing_but_sums(town, orders)
        await nothing_but_ratings(cleo, product, [each.user_id for each in gone])
        after = await town.everything(cleo.browser) | await town.mailbox()
        assert found(all_of(gone), after) == []
        assert found({f"hash {n}": each.rpartition("$")[2] for n, each in enumerate(hashes)}, after) == []
        assert places_of(keys, after) == set()
        await agrees_with_its_log(town)
        await logs_in_no_more(ann)
        assert await begin_again(town, ann) not in (ann.user_id, bob.user_id)


def places_of(keys: Sequence[bytes], places: Mapping[str, bytes]) -> set[str]:
    return {place for place, content in places.items() for key in keys if key in content}


async def erase(town: Town, own_wish: Person, by_admin: Person) -> None:
    mails = await town.mailbox()
    assert not mails or found({"mail": own_wish.email}, mails)
    await own_wish.browser.delete("/me", {"password": own_wish.password})
    erased = await town.admin.delete(f"/admin/users/{by_admin.user_id}")
    await town.passed("accounts", erased["position"])


async def nothing_but_sums(town: Town, before: Mapping[str, Answer]) -> None:
    """Orders stay as they were, but for the addresses: other processes know it within five seconds."""
    for order_id, order in before.items():
        assert order["shippingAddress"]["line1"]
        async with asyncio.timeout(STUCK_AFTER):
            while (now := await town.ask.order(order_id) or {})["shippingAddress"]:
                await town.moved()
        assert now == order | {"shippingAddress": None, "billingAddress": None}


async def nothing_but_ratings(other: Person, product: str, gone: Sequence[str]) -> None:
    """Of their reviews the ratings stay, and count; nobody's else have changed."""
    async with asyncio.timeout(STUCK_AFTER):
        while (page := await other.browser.get(f"/reviews/product/{product}"))["items"]:
            words = {each["userId"]: (each["title"], each["text"], each["reviewer"]) for each in page["items"]}
            if all(words[each] == (None, None, None) for each in gone):
                break
            await other.moved()
    assert {each["userId"] for each in page["items"]} == {*gone, other.user_id}
    assert {each["rating"] for each in page["items"]} == {4}
    assert (page["total"], page["summary"]["average"]) == (3, 4.0)
    assert all(words[other.user_id])


async def agrees_with_its_log(town: Town) -> None:
    client = document_client(town.documents)
    async with client, asyncio.timeout(STUCK_AFTER):
        while (report := await verify(town.log, client["aioutlet"], partitions=town.partitions)).behind:
            await town.moved()
    assert report.agrees, report


async def logs_in_no_more(person: Person) -> None:
    for password in (kind for name, kind in person.planted.secret.items() if name.endswith("password")):
        refused = await person.browser.ask("POST", "/auth/login", {"email": person.email, "password": password})
        assert refused.status_code in (UNAUTHORISED, httpx.codes.TOO_MANY_REQUESTS)


async def begin_again(town: Town, person: Person) -> str:
    """Register and prove the same address once more; the new id."""
    old = await town.mails(person.email)

    async def new_mails(email: str) -> list[str]:
        return [mail for mail in await town.mails(email) if mail not in old]

    async with browsing(town.bff, address="2001:db8:7::7") as browser:
        again = Person(browser, new_mails, town.moved, Planted(), person.password, person.email)
        again.planted.told["email"] = person.email
        await again.register()
        await again.log_in()
    return again.user_id

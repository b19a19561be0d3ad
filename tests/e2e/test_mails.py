"""A person's mails, read where the running shop keeps them."""

import asyncio
import re
import time
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from tests.e2e.customers import Counter
from tests.e2e.running import ShopProcess
from tests.services.waiting import STUCK_AFTER

IN_TIME = 1.0
"""Seconds from an event to its mail, on an idle shop."""
STARTING = 3
"""People whose mails may come later: until its consumers have joined, a shop reads from the store now and then."""
PEOPLE = 7
PASSWORD = "a pass phrase of the tests, long"


async def register(ask: Counter, email: str) -> None:
    person = {"email": email, "password": PASSWORD, "firstName": "Ann", "lastName": "Lee"}
    answer = await ask.commands.post("/auth/register", json=person, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == httpx.codes.CREATED, answer.text


async def mail_to(door: httpx.AsyncClient, store: EventStore, email: str) -> dict[str, Any]:
    """The first mail to an address, once it is there."""
    async with asyncio.timeout(STUCK_AFTER):
        while True:
            head = await store.head()
            mails = (await door.get("/bff/dev/mailbox", headers={"Accept": "application/json"})).json()["items"]
            if found := [mail for mail in mails if mail["to"] == email]:
                return dict(found[-1])
            await store.wait_past(head, timeout=0.1)


async def test_a_person_has_the_mail_within_a_second_and_its_token_proves_the_address(
    shop: ShopProcess, ask: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    store, taken = sqlite_store(Path(shop.addresses()["log"])), []
    async with httpx.AsyncClient(base_url=shop.addresses()["bff"]) as door:
        for _ in range(STARTING + PEOPLE):
            email = f"ann-{uuid4().hex}@example.org"
            await register(ask, email)
            before = time.perf_counter()
            mail = await mail_to(door, store, email)
            taken.append(time.perf_counter() - before)
    await store.close()
    assert (mail["template"], mail["subject"]) == ("welcome", "Welcome to AIOutlet: confirm your address")
    [link] = re.findall(r"^http\S+$", mail["text"], re.MULTILINE)
    [token] = parse_qs(urlsplit(link).query)["token"]
    proof = await ask.commands.post("/auth/verify-email", json={"token": token})
    assert proof.status_code == httpx.codes.OK, proof.text
    with capsys.disabled():
        milliseconds = [round(each * 1_000) for each in taken[STARTING:]]
        print(f"\nfrom a registration to its mail: median {median(milliseconds):.0f} ms, all {milliseconds} ms")  # noqa: T201
    assert max(taken[STARTING:]) < IN_TIME

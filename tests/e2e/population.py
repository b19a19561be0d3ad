"""Many accounts in a folder that no shop has open, made by the command API as it is, but with quick password hashes."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import httpx

import command_api.main
from aioutlet.components import open_event_store
from aioutlet.data_folder import LOG, make_folder
from aioutlet.identity_parts import open_embedded_identity
from aioutlet.settings import Settings
from command_api.accounts.accounts import Accounts
from edge.rate_limits import RateLimiter
from identity.passwords import PasswordHasher
from identity.tokens import TokenIssuer
from tests.accounts import QUICK_MEMORY
from tests.e2e.running import SECRET

PASSWORD = "a pass phrase of the tests, long"
CALLERS = 32
STAFF = ("admin",)
"""The roles of the first account."""


def email(number: int) -> str:
    return f"person.{number:06}@example.org"


async def gather(data: Path, number: int) -> None:
    """Create so many accounts with proven addresses."""
    make_folder(data)
    settings = Settings(data=data, token_secret=SECRET)
    async with (
        open_event_store(str(data / LOG)) as store,
        open_embedded_identity(settings) as identity,
    ):
        passwords = PasswordHasher(memory=QUICK_MEMORY, passes=1)
        app = command_api.main.build_app(store, accounts=Accounts(identity, passwords, RateLimiter(None)))
        transport = httpx.ASGITransport(app)
        token = TokenIssuer(SECRET).issue("staff", STAFF, STAFF[0])
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=headers) as commands:
            numbers = iter(range(number))
            await asyncio.gather(*(_create(commands, numbers) for _ in range(CALLERS)))
        await passwords.close()


async def _create(commands: httpx.AsyncClient, numbers: Iterator[int]) -> None:
    for number in numbers:
        body = {
            "email": email(number),
            "password": PASSWORD,
            "firstName": "Ann",
            "lastName": f"Lee {number}",
            "roles": [] if number else list(STAFF),
        }
        answer = await commands.post("/users", json=body)
        assert answer.is_success, answer.text


def spread_out(number: int, amount: int) -> Sequence[int]:
    """So many of the accounts, evenly from all of them, without the first."""
    return list(islice(range(1, number, max(1, (number - 1) // amount)), amount))

"""Our services as processes of their own, started as their users start them, and what a caller needs at their doors."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count, cycle
from pathlib import Path

import httpx
import orjson

from aioutlet.journey.admin_client import AdminClient
from aioutlet.journey.baskets import Basket
from aioutlet.journey.shop import TokenCache, order_of
from bench.baskets import PIECES, Shelves
from bench.load import request
from bench.workers import ROOT, WorkerFailed, ended
from identity.tokens import TokenIssuer

SECRET = "a secret of the bench, of more than 32 bytes"
URL = re.compile(rb"https?://[\w.:-]+")
STARTED = 60.0
"""Seconds a service may take to start."""
SECRETS = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_MASTER_KEY": SECRET}
ANY_PORT = {
    "AIOUTLET_BFF_PORT": "0",
    "AIOUTLET_COMMAND_PORT": "0",
    "AIOUTLET_QUERY_PORT": "0",
    "AIOUTLET_HEALTH_PORT": "0",
}
KEY = "the key goes here"
TIMEOUT = 60.0


def passes() -> TokenCache:
    """Tokens for everybody."""
    return TokenCache(TokenIssuer(SECRET))


def on_one_core() -> None:
    """The process that calls this stays on the machine's first core; others may come there too.

    A server of one process needs no more. Who drives it and the database it asks share the machine with it, and on two
    cores they would chase it to and fro.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


@asynccontextmanager
async def serving(
    *command: str, scratch: Path, settings: Mapping[str, str] = {}, begin: Callable[[], None] | None = None
) -> AsyncIterator[str]:
    """The URL of a server of ours while the context is open, after `begin` in its process."""
    async with started(*command, scratch=scratch, settings=settings, begin=begin) as (_, url):
        yield url


@asynccontextmanager
async def started(
    *command: str, scratch: Path, settings: Mapping[str, str] = {}, begin: Callable[[], None] | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The same with its process, which may be killed; its first line holds its URL."""
    complaints = scratch / f"{'-'.join(command).replace('/', '-')}.log"
    with complaints.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *command,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env={**os.environ, **SECRETS, **ANY_PORT, **settings},
            preexec_fn=begin,
        )
    assert process.stdout
    try:
        async with asyncio.timeout(STARTED):
            found = URL.search(await process.stdout.readline())
        if found is None:
            raise WorkerFailed(f"{' '.join(command)} does not serve:\n{complaints.read_text()[-2000:]}")
        yield process, found[0].decode()
    finally:
        if process.returncode is None:
            process.terminate()
        await ended(process)


async def fill(command_api: str, shelves: Shelves) -> None:
    """List every product and receive a million of each."""
    async with httpx.AsyncClient(base_url=command_api, timeout=TIMEOUT) as client:
        staff = AdminClient(client, passes().admin())
        await staff.list_products(shelves.products)
        await staff.receive("bench", {product.product_id: PIECES for product in shelves.products})


def orders(baskets: Sequence[Basket]) -> Iterator[bytes]:
    """Requests to place these orders, again and again, each time under keys of their own."""
    numbers, given = count(), passes()
    halves = [_halves(basket, given) for basket in baskets]
    return (b"%bbench-%d%b" % (before, next(numbers), after) for before, after in cycle(halves))


def _halves(basket: Basket, given: TokenCache) -> tuple[bytes, bytes]:
    headers = {**bearer(given.customer(basket.household_id)), "idempotency-key": KEY}
    whole = request("POST", "/orders", headers, orjson.dumps(order_of(basket, "tok_ok")))
    before, _, after = whole.partition(KEY.encode())
    return before, after


def bearer(token: str) -> dict[str, str]:
    """Who asks."""
    return {"authorization": f"Bearer {token}"}

"""One shop for all tests that only visit it; those that kill a shop open their own."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.browser import Browser
from tests.e2e.account_walk import Mail, Place
from tests.e2e.customers import Counter, counter
from tests.e2e.logs import reading
from tests.e2e.running import SECRET, ShopProcess


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_LOG_LEVEL": "DEBUG"}
    with ShopProcess(tmp_path_factory.mktemp("shop") / "var", settings) as running:
        yield running


@pytest.fixture
async def ask(shop: ShopProcess) -> AsyncIterator[Counter]:
    async with counter(shop.addresses()) as standing:
        yield standing


@pytest.fixture
async def place(shop: ShopProcess) -> AsyncIterator[Place]:
    """The same shop as people reach it, and its log from now on."""
    addresses = shop.addresses()
    async with reading(addresses["log"]) as log, Browser(addresses["bff"]) as door:

        async def mails() -> list[Mail]:
            shown = (await door.get("/bff/dev/mailbox"))["items"]
            return [Mail(mail["to"], mail["subject"], mail["text"]) for mail in shown]

        yield Place(addresses["bff"], log, mails)

"""One shop for all tests that only visit it; those that kill a shop open their own."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.customers import Counter, counter
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

"""A shop that runs, with its built site, and a browser, for all tests of this folder."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import Browser as HttpBrowser
from tests.e2e.customers import counter
from tests.e2e.running import SECRET, ShopProcess
from tests.web.browser import Visit, launched, visiting
from tests.web.past import Past, make_past
from tests.web.staff import Staff


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests of a browser run in its loop."""
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):  # noqa: PTH120 - of this folder
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """The whole shop in a process of its own, with the demo catalogue and accounts."""
    with ShopProcess(tmp_path_factory.mktemp("web") / "data", {"AIOUTLET_TOKEN_SECRET": SECRET}) as shop:
        yield shop


@pytest.fixture(scope="session")
def url(shop: ShopProcess) -> str:
    return shop.addresses()["bff"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def staff(shop: ShopProcess, url: str) -> AsyncIterator[Staff]:
    """An admin, at another browser."""
    async with HttpBrowser(url) as at_work:
        staff = Staff(at_work)
        await staff.log_in(shop.data)
        yield staff


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, url: str) -> AsyncIterator[Visit]:
    """A visitor who has not been there before, at a wide screen."""
    async with visiting(browser, url, viewport={"width": 1280, "height": 900}) as visit:
        yield visit


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def past(shop: ShopProcess, url: str) -> Past:
    """Orders and reviews of others, made when a test first asks for them; they stay for those after it."""
    async with counter(shop.addresses()) as ask:
        return await make_past(ask, url)

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.unit.bff.shop import Browser, FakeShop, door_of


@pytest.fixture
def shop() -> FakeShop:
    return FakeShop()


@pytest.fixture
async def door(shop: FakeShop) -> AsyncIterator[FastAPI]:
    async with door_of(shop) as door:
        yield door


@pytest.fixture
async def browser(door: FastAPI) -> AsyncIterator[Browser]:
    """A browser that has logged in."""
    async with Browser(door) as browser:
        await browser.log_in()
        yield browser

from collections.abc import AsyncIterator

import pytest

from tests.unit.streams.fakes import Counts, SetClock, TroubledStore


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    yield store
    await store.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def counts() -> Counts:
    return Counts()

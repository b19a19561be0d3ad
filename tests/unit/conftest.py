from collections.abc import AsyncIterator

import pytest

from tests.unit.streams.fakes import TroubledStore


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    yield store
    await store.close()

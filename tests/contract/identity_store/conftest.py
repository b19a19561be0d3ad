from collections.abc import AsyncIterator

import pytest

from identity.opening import open_identity_store
from identity.store import IdentityStore


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store_address(request: pytest.FixtureRequest) -> str:
    """Each asks for its database only when it is opened: a missing server skips its own cases."""
    if request.param == "postgres":
        return str(request.getfixturevalue("database"))
    return ":memory:" if request.param == "memory" else str(request.getfixturevalue("tmp_path") / "identity.sqlite")


@pytest.fixture
async def store(store_address: str) -> AsyncIterator[IdentityStore]:
    opened = open_identity_store(store_address)
    yield opened
    await opened.close()

"""Opens what a process needs of the secrets beside the log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aioutlet.components import now, starting
from aioutlet.settings import CannotStart
from edge.context import fresh_id
from identity.opening import open_identity_store
from identity.parts import IdentityParts, build_parts
from schemas.errors import Unavailable

PART, REMEDY = "AIOUTLET_STORE: the identity store", "see that it runs and lets us in"


@asynccontextmanager
async def open_identity(
    address: str,
    *,
    master_key: bytes,
    token_secret: str,
    may_write: bool = True,
    part: str = PART,
    remedy: str = REMEDY,
) -> AsyncIterator[IdentityParts]:
    """The parts over the identity store at an address, as `open_identity_store` understands it.

    Raises:
        CannotStart: `part` cannot be opened, and `remedy` may help; or its keys need another master key.
    """
    with starting(part, remedy):
        store = await asyncio.to_thread(open_identity_store, address)
    try:
        try:
            parts = await build_parts(
                store, master_key=master_key, token_secret=token_secret, clock=now, new_id=fresh_id, may_write=may_write
            )
        except Unavailable as error:
            raise CannotStart(f"AIOUTLET_MASTER_KEY: {error.detail}; set the one the shop was run with") from error
        yield parts
    finally:
        await store.close()

"""Opens what a process needs of the secrets beside the log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from aioutlet import keys
from aioutlet.components import now, starting
from aioutlet.data_folder import IDENTITY, make_folder
from aioutlet.settings import CannotStart, Settings
from edge.context import fresh_id
from identity.opening import open_identity_store
from identity.parts import IdentityParts, build_parts
from schemas.errors import Unavailable

PART, REMEDY = "AIOUTLET_STORE: the identity store", "see that it runs and lets us in"
FILE, FILE_REMEDY = "AIOUTLET_DATA: '{}'", "put it back from a backup: without it nothing sealed can be read"
SECRET = "a secret of 32 characters or more, the same for every service"


def open_identity(settings: Settings) -> AbstractAsyncContextManager[IdentityParts]:
    """The parts of the services where AIOUTLET_STORE is set, else of the embedded shop."""
    return open_services_identity(settings) if settings.store else open_embedded_identity(settings)


@asynccontextmanager
async def open_services_identity(settings: Settings, *, may_write: bool = True) -> AsyncIterator[IdentityParts]:
    """The parts over the identity store on the services' PostgreSQL.

    Raises:
        CannotStart: A setting is missing, the store cannot be opened, or its keys need another master key.
    """
    master_key, token_secret = (settings.require(name, SECRET) for name in ("master_key", "token_secret"))
    async with open_parts(
        settings.log,
        master_key=master_key.encode(),
        old_master_key=keys.old_master_key(settings),
        token_secret=token_secret,
        may_write=may_write,
    ) as parts:
        yield parts


@asynccontextmanager
async def open_embedded_identity(settings: Settings, *, may_write: bool = True) -> AsyncIterator[IdentityParts]:
    """The parts over the identity store in the data folder. Raises as `open_services_identity`."""
    make_folder(settings.data)
    file = str(settings.data / IDENTITY)
    async with open_parts(
        file,
        master_key=keys.master_key(settings),
        old_master_key=keys.old_master_key(settings),
        token_secret=keys.token_secret(settings),
        may_write=may_write,
        part=FILE.format(file),
        remedy=FILE_REMEDY,
    ) as parts:
        yield parts


@asynccontextmanager
async def open_parts(
    address: str,
    *,
    master_key: bytes,
    token_secret: str,
    old_master_key: bytes | None = None,
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
                store,
                master_key=master_key,
                old_master_key=old_master_key,
                token_secret=token_secret,
                clock=now,
                new_id=fresh_id,
                may_write=may_write,
            )
        except Unavailable as error:
            raise CannotStart(f"AIOUTLET_MASTER_KEY: {error.detail}; set the one the shop was run with") from error
        yield parts
    finally:
        await store.close()

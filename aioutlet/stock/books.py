"""Opens the log and the documents of a shop: of the services, or of the embedded shop, running or not."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import pymongo
from pymongo.errors import PyMongoError

from aioutlet.broker import PARTITIONS
from aioutlet.components import open_event_store
from aioutlet.data_folder import DOCUMENTS, LOG, AlreadyRunning, NotRunning, locked
from aioutlet.document_process import DocumentServer
from aioutlet.documents import document_client
from aioutlet.journey.running_shop import RunningShop
from aioutlet.settings import Settings
from event_store.store import EventStore
from projectors.document_io import WHOLE_DEADLINE, Database
from schemas.error_codes import code_of
from schemas.errors import Unavailable

DATABASE = "aioutlet"
"""Where the address of the documents names no database."""


class ShopIsRunning(Exception):
    """The embedded shop runs: it keeps documents in memory, and would write them over what is mended."""


@dataclass(frozen=True, slots=True)
class Books:
    """What is reconciled."""

    store: EventStore
    database: Database
    partitions: int


@asynccontextmanager
async def open_books(settings: Settings, *, to_repair: bool) -> AsyncIterator[Books]:
    """Open those of the services where AIOUTLET_STORE is set, else of the embedded shop in AIOUTLET_DATA.

    An embedded shop that is not running is kept from starting meanwhile.

    Raises:
        CannotStart: They cannot be opened.
        NotRunning: There is no shop in the folder.
        ShopIsRunning: It would have to be stopped, for a repair.
        Unavailable: The documents do not answer.
    """
    if settings.store:
        async with _open(settings.log, _uri_of_services(settings), settings.partitions) as books:
            yield books
        return
    if not (settings.data / LOG).exists():
        raise NotRunning(f"there is no shop in {settings.data}")
    with _unless_running(settings) as is_stopped:
        if is_stopped:
            async with (
                DocumentServer(settings.data / DOCUMENTS) as uri,
                _open(str(settings.data / LOG), uri, PARTITIONS) as books,
            ):
                yield books
        elif to_repair:
            raise ShopIsRunning(f"a shop is running in {settings.data}: stop it, and repair it then")
        else:
            running = RunningShop.of(settings)
            async with _open(running.log, running.documents, PARTITIONS) as books:
                yield books


@contextmanager
def _unless_running(settings: Settings) -> Iterator[bool]:
    """Keep the folder for as long as the context is open; False where a shop has it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(settings.data))
        except AlreadyRunning:
            yield False
        else:
            yield True


def _uri_of_services(settings: Settings) -> str:
    return settings.require("documents", "the MongoDB of the services")


@asynccontextmanager
async def _open(log: str, uri: str, partitions: int) -> AsyncIterator[Books]:
    async with document_client(uri) as client, open_event_store(log) as store:
        try:
            with pymongo.timeout(WHOLE_DEADLINE):
                yield Books(store, client.get_default_database(DATABASE), partitions)
        except PyMongoError as error:
            raise Unavailable(f"the documents do not answer: {code_of(error)}") from error

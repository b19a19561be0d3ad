"""Opens the log of a shop for those who only read it: of the services, or of the embedded shop, running or not.

Nothing of the agents is imported for it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aioutlet.data_folder import LOG, NotRunning
from aioutlet.settings import Settings
from event_store.opening import open_store
from event_store.reading import EventReader


@asynccontextmanager
async def open_log(settings: Settings) -> AsyncIterator[EventReader]:
    """Open that of the services where AIOUTLET_STORE is set, else of the embedded shop in AIOUTLET_DATA.

    Raises:
        NotRunning: There is no shop in the folder.
        Unavailable: The log cannot be opened.
    """
    path = settings.data / LOG
    if not settings.store and not path.exists():
        raise NotRunning(f"there is no shop in {settings.data}: start one with 'make run', or set AIOUTLET_DATA")
    store = await asyncio.to_thread(open_store, settings.store or str(path))
    try:
        yield store
    finally:
        await store.close()

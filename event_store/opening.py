"""Which store an address means."""

from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore

SERVER = "postgresql://"


def open_store(address: str) -> EventStore:
    """Open the store on the server at a `postgresql://` address, else in the SQLite file at that path.

    Raises:
        Unavailable: It cannot be opened.
    """
    if not address.startswith(SERVER):
        return sqlite_store(address)
    from event_store.postgres.store import postgres_store  # noqa: PLC0415 - the driver is a tenth of all imports

    return postgres_store(address)

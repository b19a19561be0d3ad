"""Which store an address means."""

from event_store.postgres.store import postgres_store
from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore

SERVER = "postgresql://"


def open_store(address: str) -> EventStore:
    """Open the store on the server at a `postgresql://` address, else in the SQLite file at that path.

    Raises:
        Unavailable: It cannot be opened.
    """
    return postgres_store(address) if address.startswith(SERVER) else sqlite_store(address)

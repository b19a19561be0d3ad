"""The identity store in memory, for tests and experiments: SQLite without a file."""

from identity.sqlite.database import MEMORY, SQLiteDatabase
from identity.store import IdentityStore
from identity.threaded import ThreadedIdentityStore


def memory_identity_store() -> IdentityStore:
    """Return an empty store, which ends with the process."""
    return ThreadedIdentityStore(SQLiteDatabase(MEMORY))

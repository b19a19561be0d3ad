"""Which identity store an address means."""

from identity.sqlite.database import SQLiteDatabase
from identity.store import IdentityStore
from identity.threaded import ThreadedIdentityStore

SERVER = "postgresql://"


def open_identity_store(address: str) -> IdentityStore:
    """Open the store on the server at a `postgresql://` address, in memory (`:memory:`), else in the file at that path.

    Raises:
        Unavailable: It cannot be opened.
    """
    if not address.startswith(SERVER):
        return ThreadedIdentityStore(SQLiteDatabase(address))
    from identity.postgres.database import PostgresDatabase  # noqa: PLC0415 - the driver is a tenth of all imports

    return ThreadedIdentityStore(PostgresDatabase(address))

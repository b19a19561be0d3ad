"""The root key: what other keys are derived from. It is the first master key, and stays when that is replaced.

So addresses are found, mailed tokens are valid and what was sealed by the key `dev` opens under a new master key.
"""

from datetime import datetime

from identity.master_key import MasterKey
from identity.records import RootKey
from identity.store import IdentityStore

NAME = "root"


async def open_root_key(store: IdentityStore, master_key: MasterKey, *, now: datetime) -> bytes:
    """Return the root key, which is made of the master key where there is none yet.

    Raises:
        Unavailable: It is wrapped by another master key, or the store does not answer.
    """
    root = await store.root_key() or await store.create_root_key(wrap_root_key(master_key.origin, master_key, now))
    return master_key.unwrap(NAME, root.wrapped_key)


async def read_root_key(store: IdentityStore, master_key: MasterKey) -> bytes:
    """As `open_root_key`, for who may only read: where there is none, it is what it will be made of."""
    root = await store.root_key()
    return master_key.unwrap(NAME, root.wrapped_key) if root else master_key.origin


def wrap_root_key(root: bytes, master_key: MasterKey, now: datetime) -> RootKey:
    """Return the root key as it is kept."""
    return RootKey(master_key.wrap(NAME, root), master_key.id, now)

"""A new master key: everything the old one has wrapped is wrapped anew, page by page, while services go on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from identity.master_key import MasterKey
from identity.records import SubjectKey
from identity.root_key import open_root_key, wrap_root_key
from identity.store import IdentityStore
from identity.subject_keys import name_of
from identity.token_keys import name_of as name_of_token_key

PAGE = 500


async def rewrap(
    store: IdentityStore, master_key: MasterKey, *, now: datetime, on_progress: Callable[[int], None]
) -> int:
    """Wrap every key by `master_key`, which must know the old one; return how many were wrapped by another.

    `on_progress` is told how many keys are done after each page. It may be stopped and started again at any time. The
    root key comes last: once it is done, the old master key is needed by nobody who uses the new one.

    Raises:
        Unavailable: A key is wrapped by a third master key, or the store does not answer; what was done stays done.
    """
    done = 0
    while page := await store.subject_keys_to_rewrap(master_key.id, limit=PAGE):
        await store.rewrap_subject_keys([_rewrapped(key, master_key) for key in page])
        done += len(page)
        on_progress(done)
    done += await _rewrap_token_keys(store, master_key, now)
    root = await open_root_key(store, master_key, now=now)
    kept = await store.root_key()
    if kept and kept.master_key_id != master_key.id:
        await store.rewrap_root_key(wrap_root_key(root, master_key, now))
        done += 1
    return done


async def _rewrap_token_keys(store: IdentityStore, master_key: MasterKey, now: datetime) -> int:
    keys = [key for key in await store.token_keys(at=now) if key.master_key_id != master_key.id]
    secrets = {key.kid: master_key.unwrap(name_of_token_key(key.kid), key.wrapped_secret) for key in keys}
    await store.rewrap_token_keys(
        [
            replace(
                key,
                wrapped_secret=master_key.wrap(name_of_token_key(key.kid), secrets[key.kid]),
                master_key_id=master_key.id,
            )
            for key in keys
        ]
    )
    return len(keys)


def _rewrapped(key: SubjectKey, master_key: MasterKey) -> SubjectKey:
    """The page holds no erased key; one that is erased meanwhile is left erased by the store."""
    name = name_of(key.subject, key.key_id)
    secret = master_key.unwrap(name, key.wrapped_key or b"")
    return replace(key, wrapped_key=master_key.wrap(name, secret), master_key_id=master_key.id)

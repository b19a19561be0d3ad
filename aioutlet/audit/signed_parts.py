"""Opens the log of a shop and the second place of its proof: of the services, or of the embedded shop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aioutlet.data_folder import LOG_KEY
from aioutlet.keys import log_key, old_log_key
from aioutlet.open_log import open_log
from aioutlet.settings import Settings, WrongSettings
from aioutlet.tree import open_tree
from event_store.reading import EventReader
from history.proof.key_ring import KeyRing
from history.proof.signed_note import NoteSigner, NoteVerifier
from history.proof.tree_head import TreeDamaged, origin_of
from history.proof.tree_store import TreeStore


@dataclass(frozen=True, slots=True)
class SignedParts:
    """The log, its tree, and the keys that verify its heads."""

    log: EventReader
    tree: TreeStore
    keys: KeyRing


@asynccontextmanager
async def open_signed_parts(settings: Settings, keys: str | None = None) -> AsyncIterator[SignedParts]:
    """Open those of the services where AIOUTLET_STORE is set, else of the embedded shop in AIOUTLET_DATA.

    Heads are verified by `keys`, as `aioutlet audit key` prints them, or else by those of this shop.

    Raises:
        CannotStart: Nothing says which key verifies its heads.
        NotRunning: There is no shop in the folder.
    """
    async with open_log(settings) as log:
        tree = open_tree(settings)
        ring = _kept(keys) if keys else await asyncio.to_thread(_own, settings, await log.log_id(), tree)
        yield SignedParts(log, tree, ring)


def is_handed_over(parts: SignedParts) -> bool:
    """Whether the newest head is signed with the shop's newest key, or names it."""
    newest = parts.tree.newest_head()
    if newest is None:
        return True
    head, key = parts.keys.open_signed(newest)
    return parts.keys.keys[-1] in (key, head.next_key)


def _kept(keys: str) -> KeyRing:
    try:
        return KeyRing.of_keys(keys.split())
    except TreeDamaged as fault:
        raise WrongSettings("--key: it is no key as 'aioutlet audit key' prints it") from fault


def _own(settings: Settings, log_id: str, tree: TreeStore) -> KeyRing:
    """Return the keys of the secrets that are here, behind those that are kept beside a head that these have signed.

    The older ones need not be believed: all that they signed is under the root of that head.
    """
    if not settings.log_key and (settings.store or not (settings.data / LOG_KEY).exists()):
        raise WrongSettings("AIOUTLET_LOG_KEY: it is not known here; say which key verifies the log by --key")
    secrets = [each for each in (old_log_key(settings), log_key(settings)) if each]
    own: list[NoteVerifier] = [NoteSigner(secret, origin_of(log_id)).verifier for secret in secrets]
    try:
        if newest := tree.newest_head():
            KeyRing(own).open(newest)
        kept = list(map(NoteVerifier.of_key, tree.keys()))
    except TreeDamaged:
        return KeyRing(own)
    known = {each.key for each in own}
    return KeyRing([*(each for each in kept if each.key not in known), *own])

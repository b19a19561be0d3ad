"""Opens the log of a shop and the second place of its proof: of the services, or of the embedded shop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aioutlet.data_folder import LOG_KEY
from aioutlet.keys import log_key
from aioutlet.open_log import open_log
from aioutlet.settings import Settings, WrongSettings
from aioutlet.tree import open_tree
from event_store.reading import EventReader
from history.proof.signed_note import NoteSigner, NoteVerifier
from history.proof.tree_head import TreeDamaged, origin_of
from history.proof.tree_store import TreeStore


@dataclass(frozen=True, slots=True)
class SignedParts:
    """The log, its tree, and the key that verifies its heads."""

    log: EventReader
    tree: TreeStore
    verifier: NoteVerifier


@asynccontextmanager
async def open_signed_parts(settings: Settings, key: str | None = None) -> AsyncIterator[SignedParts]:
    """Open those of the services where AIOUTLET_STORE is set, else of the embedded shop in AIOUTLET_DATA.

    Heads are verified by `key`, as `aioutlet audit key` prints it, or else by that of this shop.

    Raises:
        CannotStart: Nothing says which key verifies its heads.
        NotRunning: There is no shop in the folder.
    """
    async with open_log(settings) as log:
        verifier = _kept(key) if key else _own(settings, await log.log_id())
        yield SignedParts(log, open_tree(settings), verifier)


def _kept(key: str) -> NoteVerifier:
    try:
        return NoteVerifier.of_key(key)
    except TreeDamaged as fault:
        raise WrongSettings("--key: it is no key as 'aioutlet audit key' prints it") from fault


def _own(settings: Settings, log_id: str) -> NoteVerifier:
    if not settings.log_key and (settings.store or not (settings.data / LOG_KEY).exists()):
        raise WrongSettings("AIOUTLET_LOG_KEY: it is not known here; say which key verifies the log by --key")
    return NoteSigner(log_key(settings), origin_of(log_id)).verifier

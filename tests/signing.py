"""A log that is signed as it is, for those who are asked for its proof."""

import asyncio

from event_store.store import EventStore
from history.proof.signer import LogSigner
from history.proof.tree_folder import TreeFolder
from tests.services.waiting import STUCK_AFTER

SECRET = b"a secret of a signer of the tests"


async def sign(store: EventStore, tree: TreeFolder) -> int:
    """Sign the log up to its end; how many events that are."""
    head, is_signed = await store.head(), asyncio.Event()
    signer = LogSigner(store, tree, SECRET, signed=lambda at: is_signed.set() if at >= head else None)
    async with asyncio.timeout(STUCK_AFTER), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(signer.run())
        await is_signed.wait()
        running.cancel()
    return head

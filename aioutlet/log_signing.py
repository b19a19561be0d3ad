"""Signs the log beside other work, and says loudly when it is not what was signed."""

import asyncio
from typing import NoReturn

import structlog
from prometheus_client import CollectorRegistry, Gauge

from event_store.reading import EventReader
from history.proof.signer import LogSigner
from history.proof.tree_head import TreeDamaged
from history.proof.tree_store import TreeDiffers, TreeStore
from schemas.errors import Unavailable
from subscriptions.retry import RetryPolicy

SAY_EVERY = 60.0
"""Seconds."""

log = structlog.get_logger(__name__)


class LogSigning:
    """Signs until the log or the second place is not what was signed; then nothing is signed until a restart."""

    def __init__(
        self,
        reader: EventReader,
        store: TreeStore,
        secret: bytes,
        registry: CollectorRegistry,
        *,
        old_secret: bytes | None = None,
    ) -> None:
        """Take what is read, where the tree is kept, the secret of its key, and a registry for its metrics.

        `old_secret` is that of the key before, while no head has named the new one.
        """
        self._position = Gauge(
            "aioutlet_signed_position", "The position up to which the log is signed.", registry=registry
        )
        self._differs = Gauge("aioutlet_log_differs", "1 when the log is not what was signed.", registry=registry)
        self._signer = LogSigner(reader, store, secret, old_secret=old_secret, signed=self._position.set)
        self._fault: TreeDiffers | TreeDamaged | None = None

    async def run(self) -> None:
        """Sign until cancelled, and again once the log or the second place answers where it did not."""
        try:
            await RetryPolicy("log signing", (Unavailable, OSError)).run(self._signer.run)
        except (TreeDiffers, TreeDamaged) as fault:
            self._fault = fault
            self._differs.set(1)
            await self._say(fault)

    async def check(self) -> None:
        """Raise what was found to be wrong; a probe."""
        if self._fault:
            raise self._fault

    async def _say(self, fault: Exception) -> NoReturn:
        while True:
            log.error("the log is not what was signed, and is signed no more", cause=str(fault))
            await asyncio.sleep(SAY_EVERY)

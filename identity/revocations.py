"""Which sessions were revoked while access tokens of theirs may still be valid."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic

from concurrency.batcher import Batcher
from identity.store import IdentityStore

MAX_AGE = 0.5
"""Seconds for which a revocation by another process may not be known here."""
CLOCKS_DIFFER = timedelta(minutes=1)


class Revocations:
    """The sessions revoked within the life of a token: read by one query for all who ask, at most twice a second."""

    def __init__(
        self,
        store: IdentityStore,
        *,
        clock: Callable[[], datetime],
        token_life: timedelta,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Read `store`; `timer` tells the age of what was read, in seconds."""
        self._store = store
        self._clock = clock
        self._token_life = token_life
        self._timer = timer
        self._read_at = float("-inf")
        self._known: frozenset[str] = frozenset()
        self._added: dict[str, float] = {}
        self._reading: Batcher[None, None] = Batcher(self._read)

    async def is_revoked(self, session_id: str) -> bool:
        """Return whether a session was revoked: by this process until now, by others until `MAX_AGE` ago.

        Raises:
            Unavailable: The store does not answer.
        """
        if not self.is_fresh:
            await self._reading.ask(None)
        return session_id in self._known or session_id in self._added

    @property
    def is_fresh(self) -> bool:
        """Whether the next answer needs no query."""
        return self._timer() - self._read_at < MAX_AGE

    def add(self, session_ids: Iterable[str]) -> None:
        """Know at once what this process has revoked."""
        self._added.update(dict.fromkeys(session_ids, self._timer()))

    async def _read(self, _: list[None]) -> None:
        if self.is_fresh:  # the batch before has read it
            return
        began = self._timer()
        self._known = await self._store.revoked_since(self._clock() - self._token_life - CLOCKS_DIFFER)
        self._read_at = began
        self._added = {session_id: at for session_id, at in self._added.items() if at >= began}

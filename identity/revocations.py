"""Which sessions were revoked while access tokens of theirs may still be valid."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic

from identity.recent_ids import RecentIds
from identity.store import IdentityStore

MAX_AGE = 0.5
"""Seconds for which a revocation by another process may not be known here."""


class Revocations:
    """The sessions revoked within the life of a token."""

    def __init__(
        self,
        store: IdentityStore,
        *,
        clock: Callable[[], datetime],
        token_life: timedelta,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Read `store`; `timer` tells the age of what was read, in seconds."""
        self._timer = timer
        self._recent = RecentIds(store.revoked_since, span=token_life, max_age=MAX_AGE, clock=clock, timer=timer)
        self._added: dict[str, float] = {}

    async def is_revoked(self, session_id: str) -> bool:
        """Return whether a session was revoked: by this process until now, by others until `MAX_AGE` ago.

        Raises:
            Unavailable: The store does not answer.
        """
        if not self._recent.is_fresh:
            await self._recent.refresh()
            self._added = {each: at for each, at in self._added.items() if at >= self._recent.read_at}
        return session_id in self._recent.known or session_id in self._added

    @property
    def is_fresh(self) -> bool:
        """Whether the next answer needs no query."""
        return self._recent.is_fresh

    def add(self, session_ids: Iterable[str]) -> None:
        """Know at once what this process has revoked."""
        self._added.update(dict.fromkeys(session_ids, self._timer()))

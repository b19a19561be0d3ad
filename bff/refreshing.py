"""Refreshing sessions: once for each refresh token, however many requests find at the same time that it is needed."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine

from bff.tokens import Session

AskForSession = Callable[[str], Coroutine[None, None, Session]]
KEEP = 10.0
"""Seconds for which a refreshed session is given again to requests that were sent before the browser had its cookies.

The command API allows a spent refresh token for as long, so other processes do the same.
"""


class Refresher:
    """Shares the refreshes of one process; a refreshed session is given again for `keep` seconds."""

    def __init__(self, *, keep: float = KEEP) -> None:
        self._keep = keep
        self._running: dict[bytes, asyncio.Task[Session]] = {}

    async def refresh(self, refresh_token: str, ask: AskForSession) -> Session:
        """Return the refreshed session, or raise what `ask` raises, which asks the command API with the token.

        A caller who leaves does not end the refresh: its token is spent, and others need what it was spent for.
        """
        key = hashlib.sha256(refresh_token.encode()).digest()
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(ask(refresh_token), name="refresh")
            self._running[key] = task
            task.add_done_callback(lambda done: self._keep_or_forget(key, done))
        return await asyncio.shield(task)

    def _keep_or_forget(self, key: bytes, done: asyncio.Task[Session]) -> None:
        failed = done.cancelled() or done.exception() is not None
        if failed or not self._keep:
            self._running.pop(key, None)
        else:
            asyncio.get_running_loop().call_later(self._keep, self._running.pop, key, None)

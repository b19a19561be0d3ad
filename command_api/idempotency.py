"""One Idempotency-Key, one effect: the first answer is recorded with the events, and given again to whoever repeats."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from command_api.handling import position_of
from command_api.responses import Accepted
from event_store.records import IdempotencyRecord
from event_store.store import EventStore
from identity.sealing import Sealer
from schemas.envelope import Actor
from schemas.errors import AIOutletError, IdempotencyKeyReused
from schemas.message import Message
from schemas.sealed import Sealed

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ScopedKey:
    """A key within its scope (actor, route), and the fingerprint of the body it came with."""

    key: str
    fingerprint: bytes
    subject: str

    @property
    def names(self) -> tuple[str, str]:
        """What ids of this request derive from: the same request, the same ids."""
        return self.key, self.fingerprint.hex()


class Reply(NamedTuple):
    """The body to answer with, and whether it was answered before."""

    body: bytes
    is_replay: bool


class _Running(NamedTuple):
    fingerprint: bytes
    reply: asyncio.Future[bytes | None]


class IdempotencyStore:
    """Gives first answers again: within this process by waiting for them, beyond it from the store."""

    def __init__(self, store: EventStore, sealer: Sealer, clock: Callable[[], datetime]) -> None:
        """Keep answers in `store`, sealed by `sealer`."""
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._running: dict[str, _Running] = {}

    def keyed(self, actor: Actor, route: str, key: str, body: Message) -> ScopedKey:
        """The key in its scope; the fingerprint is of the body as we understood it, so spelling does not matter."""
        said = b"%b\n%b" % (route.encode(), body.as_json())
        return ScopedKey(f"{actor.type}:{actor.id} {route} {key}", self._sealer.fingerprint(said), actor.id)

    def answer(self, keyed: ScopedKey | None, reply: Accepted) -> IdempotencyRecord | None:
        """What to record beside the events; their positions are not known yet and are looked up when needed."""
        if keyed is None:
            return None
        body = reply.model_dump_json(by_alias=True, exclude={"position"})
        sealed = self._sealer.seal(keyed.subject, body).as_json()
        return IdempotencyRecord(keyed.key, keyed.fingerprint, sealed, self._clock() + KEPT)

    async def once(self, keyed: ScopedKey | None, act: Callable[[], Awaitable[Accepted]]) -> Reply:
        """Act, unless this was answered before.

        Nothing is read on the way in: a repeat is refused by the store, or by the decider, and only then is the first
        answer looked for.

        Raises:
            IdempotencyKeyReused: The key was answered for another body.
        """
        if keyed is None:
            return Reply((await act()).as_json(), is_replay=False)
        while running := self._running.get(keyed.key):
            if body := await asyncio.shield(running.reply):
                return self._again(keyed, running.fingerprint, body)
        return await self._first(keyed, act)

    async def _first(self, keyed: ScopedKey, act: Callable[[], Awaitable[Accepted]]) -> Reply:
        running = _Running(keyed.fingerprint, asyncio.get_running_loop().create_future())
        self._running[keyed.key] = running
        reply: Reply | None = None
        try:
            reply = Reply((await act()).as_json(), is_replay=False)
        except AIOutletError:
            reply = await self._recorded(keyed)
            if reply is None:
                raise
        finally:
            del self._running[keyed.key]
            running.reply.set_result(reply.body if reply else None)
        return reply

    async def _recorded(self, keyed: ScopedKey) -> Reply | None:
        recorded = await self._store.idempotency_record(keyed.key, now=self._clock())
        if recorded is None:
            return None
        sealed = Sealed.model_validate_json(recorded.body)
        body: dict[str, Any] = orjson.loads(self._sealer.open(sealed))
        body["position"] = await position_of(self._store, body["streamId"], body["version"])
        return self._again(keyed, recorded.fingerprint, orjson.dumps(body))

    def _again(self, keyed: ScopedKey, fingerprint: bytes, body: bytes) -> Reply:
        if not hmac.compare_digest(keyed.fingerprint, fingerprint):
            raise IdempotencyKeyReused("this Idempotency-Key was used for another body")
        return Reply(body, is_replay=True)

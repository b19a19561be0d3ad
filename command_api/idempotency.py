"""One effect per Idempotency-Key: the first reply is recorded with the events and sent again to repeats."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple

import orjson
from starlette.responses import Response

from event_store.records import IdempotencyRecord
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from identity.sealing import Sealer
from schemas.accepted import Accepted
from schemas.envelope import Actor
from schemas.errors import AIOutletError, IdempotencyKeyReused
from schemas.ids import derived_id
from schemas.message import Command
from schemas.sealed import Sealed

ATTEMPTS = 10
"""A busy warehouse may change several times during a decision."""
RETENTION = timedelta(hours=24)
CLAIM_RETENTION = timedelta(days=3_650)
"""How long a repeated request is recognised after its reply has expired."""
REPLAYED = {"Idempotent-Replayed": "true"}

ReplyAgain = Callable[[str], Awaitable[Accepted]]
"""Returns the reply about what a request has created, by its id."""


@dataclass(frozen=True, slots=True)
class ScopedKey:
    """An Idempotency-Key within its scope (actor and route), and the fingerprint of the request's body."""

    key: str
    fingerprint: bytes
    subject: str

    @property
    def names(self) -> tuple[str, str]:
        """The names that ids of this request are derived from."""
        return self.key, self.fingerprint.hex()

    @property
    def claim(self) -> str:
        """The key under which it is remembered what this request, with this body, has created."""
        return f"claim {derived_id(*self.names)}"


class RunningRequest(NamedTuple):
    """A request without a reply yet; `reply` becomes the body of the reply, or None if the request fails."""

    fingerprint: bytes
    reply: asyncio.Future[bytes | None]


class IdempotencyStore:
    """The recorded replies, sealed, and the requests of this process that are still running."""

    def __init__(self, store: EventStore, sealer: Sealer, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.running: dict[str, RunningRequest] = {}
        self._sealer = sealer
        self._clock = clock

    def scope(self, actor: Actor, route: str, key: str, body: Command) -> ScopedKey:
        """Return the key in its scope; the fingerprint is of what was sent, however it was spelled."""
        content = b"%b\n%b" % (route.encode(), body.as_sent())
        return ScopedKey(f"{actor.type}:{actor.id} {route} {key}", self._sealer.fingerprint(content), actor.subject)

    async def record(self, key: ScopedKey, body: str) -> IdempotencyRecord:
        """Return the record to append with the events; the position is not known yet and is looked up on replay."""
        await self._sealer.prepare([key.subject])
        sealed = self._sealer.seal(key.subject, body).as_json()
        return IdempotencyRecord(key.key, key.fingerprint, sealed, self._clock() + RETENTION)

    def claim(self, key: ScopedKey, created_id: str) -> IdempotencyRecord:
        """Return the record that this request, its key and body, has created `created_id`; it outlives the reply."""
        return IdempotencyRecord(key.claim, key.fingerprint, created_id.encode(), self._clock() + CLAIM_RETENTION)

    async def claimed(self, key: ScopedKey) -> str | None:
        """Return the id of what this request has created before, if it has."""
        record = await self.store.idempotency_record(key.claim, now=self._clock())
        return record.body.decode() if record else None

    async def recorded(self, key: ScopedKey) -> bytes | None:
        """Return the body recorded under a key, if there is one.

        Raises:
            IdempotencyKeyReused: It was recorded for another request body.
        """
        record = await self.store.idempotency_record(key.key, now=self._clock())
        if record is None:
            return None
        check_fingerprint(key, record.fingerprint)
        await self._sealer.prepare([key.subject])
        body = self._sealer.open(Sealed.model_validate_json(record.body))
        reply: dict[str, Any] = orjson.loads(body)
        return add_position(body, await self.store.position_of(reply["streamId"], reply["version"]))


class IdempotentReply:
    """The reply to a request: new, or the recorded one of an earlier request with the same key.

    A context manager around the work. On entry a repeat of a running request waits for its reply. If the work raises
    and the key has a recorded reply, that becomes the reply and the error is dropped. Nothing is read on entry.
    """

    def __init__(self, replies: IdempotencyStore, key: ScopedKey | None, *, again: ReplyAgain | None = None) -> None:
        """Reply to a request with this key; `again` replies to a repeat whose recorded reply has expired."""
        self._replies = replies
        self._key = key
        self._again = again
        self._body: bytes | None = None
        self._is_replay = False
        self._is_first = False
        """Whether others with the key wait for it."""

    async def __aenter__(self) -> "IdempotentReply":
        """Wait for the running request with the same key, if there is one.

        Raises:
            IdempotencyKeyReused: That request has another body.
        """
        if self._key:
            while running := self._replies.running.get(self._key.key):
                if body := await asyncio.shield(running.reply):
                    check_fingerprint(self._key, running.fingerprint)
                    self._replay(body)
                    return self
            reply = asyncio.get_running_loop().create_future()
            self._replies.running[self._key.key] = RunningRequest(self._key.fingerprint, reply)
            self._is_first = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self._key is None or not self._is_first:
            return False
        try:
            if isinstance(error, AIOutletError) and (body := await self._earlier_body(self._key)):
                self._replay(body)
        finally:
            self._replies.running.pop(self._key.key).reply.set_result(self._body)
        return self._is_replay and isinstance(error, AIOutletError)

    async def _earlier_body(self, key: ScopedKey) -> bytes | None:
        """Return the body of the reply to an earlier request with this key, recorded or made again."""
        if body := await self._replies.recorded(key):
            return body
        if self._again and (created_id := await self._replies.claimed(key)):
            return (await self._again(created_id)).as_json()
        return None

    async def look_up(self) -> bool:
        """Take the recorded reply, if there is one, before anything is done; return whether there is a reply.

        For work of more than one append: that of one finds out when it is committed, without this read.

        Raises:
            IdempotencyKeyReused: It was recorded for another request body.
        """
        if self._key and self._body is None and (body := await self._replies.recorded(self._key)):
            self._replay(body)
        return self._body is not None

    def attempts(self, limit: int = ATTEMPTS) -> Iterator[UnitOfWork]:
        """Yield units of work as `retry_on_conflict` does, unless there is a reply already."""
        if self._body is None:
            yield from retry_on_conflict(self._replies.store, attempts=limit)

    async def commit(self, unit: UnitOfWork, reply: Accepted, *, claim: str | None = None) -> None:
        """Commit the unit with its reply, and set the reply's position; on a conflict another attempt follows.

        With `claim`, the id of what is created, a repeat of the request is refused even after its reply has expired.

        Raises:
            IdempotencyKeyTaken: The request was made before: its reply is recorded, or has expired and it is claimed.
        """
        body = reply.model_dump_json(by_alias=True, exclude={"position"})
        record = await self._replies.record(self._key, body) if self._key else None
        claimed = self._replies.claim(self._key, claim) if self._key and claim else None
        if await unit.commit(idempotency=record, claim=claimed):
            self._body = add_position(body, await unit.position(reply.stream_id, reply.version))

    def response(self, status: int) -> Response:
        headers = REPLAYED if self._is_replay else None
        return Response(self._body, status, headers, media_type="application/json")

    def _replay(self, body: bytes) -> None:
        self._body, self._is_replay = body, True


def add_position(body: str, position: int) -> bytes:
    """Return the body of a reply that was written without its position, with it as the last field."""
    return f'{body[:-1]},"position":{position}}}'.encode()


def check_fingerprint(key: ScopedKey, fingerprint: bytes) -> None:
    """Raise `IdempotencyKeyReused` if the key's request has another body."""
    if not hmac.compare_digest(key.fingerprint, fingerprint):
        raise IdempotencyKeyReused("this Idempotency-Key was used for another body")

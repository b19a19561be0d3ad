"""Sessions: opened at a login, kept by refresh tokens that are spent one after another, and revoked.

A spent token works once more within `GRACE`, and gives the token that is good by now: so two tabs that refresh at the
same time both go on. Whoever uses a spent token later has stolen it, or was stolen from: the session ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from identity.records import Rotation, Session
from identity.refresh_tokens import RefreshToken, RefreshTokens, hash_of
from identity.revocations import Revocations
from identity.store import IdentityStore
from schemas.errors import SessionEnded
from schemas.ids import NewId

LIFETIME = timedelta(days=30)
"""How long a refresh token is good for."""
GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session and its only valid refresh token."""

    session_id: str
    user_id: str
    refresh_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ReuseDetected:
    """A spent token came again: the session is revoked. To be recorded, and the person to be told."""

    session_id: str
    user_id: str


Refreshed = OpenedSession | ReuseDetected


class Sessions:
    """Opens, refreshes and revokes sessions; revocations of this process hold at once for its verifiers."""

    def __init__(
        self,
        store: IdentityStore,
        *,
        root_key: bytes,
        clock: Callable[[], datetime],
        new_id: NewId,
        revocations: Revocations,
    ) -> None:
        self._store = store
        self._tokens = RefreshTokens(root_key)
        self._clock = clock
        self._new_id = new_id
        self._revocations = revocations

    async def open(self, user_id: str, *, session_id: str | None = None) -> OpenedSession:
        """Open a session of a person, under a new id unless one (a UUID) is given."""
        now, session_id = self._clock(), session_id or self._new_id()
        token = self._tokens.make(session_id, 0)
        await self._store.add_session(Session(session_id, user_id, hash_of(token), now, now + LIFETIME))
        return OpenedSession(session_id, user_id, token, now + LIFETIME)

    async def refresh(self, token: str) -> Refreshed:
        """Spend a refresh token, and return the session with the next one, or that the token was spent before.

        Raises:
            SessionEnded: The token is none of ours, its session has ended, or it was spent in this moment: whoever
                spent it has the next one. Nothing is changed.
        """
        said = self._tokens.read(token)
        session = await self._store.session(said.session_id) if said else None
        if said is None or session is None or not _is_open(session, self._clock()):
            raise SessionEnded("the session has ended")
        if session.token_hash == hash_of(token) and (rotated := await self._rotate(session)):
            return rotated
        return await self._refresh_with_spent(said, hash_of(token))

    async def revoke(self, session_id: str) -> bool:
        """Revoke a session; return whether it was open."""
        revoked = await self._store.revoke([session_id], at=self._clock())
        self._revocations.add([session_id])
        return bool(revoked)

    async def revoke_all(self, user_id: str, *, but: str | None = None) -> list[str]:
        """Revoke the sessions of a person, or all but one; return which were open."""
        revoked = await self._store.revoke_all(user_id, but=but, at=self._clock())
        self._revocations.add(revoked)
        return revoked

    async def list(self, user_id: str) -> list[Session]:
        """Return the open sessions of a person, newest first."""
        return await self._store.sessions_of(user_id, at=self._clock())

    async def is_revoked(self, session_id: str) -> bool:
        """As `Revocations.is_revoked`."""
        return await self._revocations.is_revoked(session_id)

    async def _rotate(self, session: Session) -> OpenedSession | None:
        now, token = self._clock(), self._tokens.make(session.session_id, session.generation + 1)
        step = Rotation(session.session_id, session.token_hash, hash_of(token), now, now + LIFETIME)
        rotated = await self._store.rotate(step)
        return _opened(rotated, token) if rotated else None

    async def _refresh_with_spent(self, said: RefreshToken, spent_hash: bytes) -> Refreshed:
        """The session is read again: another caller may have spent the token since."""
        now = self._clock()
        session = await self._store.session(said.session_id)
        if session is None or not _is_open(session, now):
            raise SessionEnded("the session has ended")
        if session.previous_hash != spent_hash:
            return await self._end_if_spent(session, is_spent=said.is_ours and said.generation < session.generation)
        if session.rotated_at is None or now - session.rotated_at > GRACE:
            return await self._end_if_spent(session, is_spent=True)
        return await self._use_grace(session, spent_hash, now)

    async def _use_grace(self, session: Session, spent_hash: bytes, now: datetime) -> OpenedSession:
        token = self._tokens.make(session.session_id, session.generation)
        if hash_of(token) == session.token_hash:
            graced = await self._store.use_grace(session.session_id, spent_hash, since=now - GRACE, at=now)
            if graced and graced.generation == session.generation:
                return _opened(graced, token)
        raise SessionEnded("the refresh token was used a moment ago")

    async def _end_if_spent(self, session: Session, *, is_spent: bool) -> ReuseDetected:
        if not is_spent:
            raise SessionEnded("the session has ended")
        await self.revoke(session.session_id)
        return ReuseDetected(session.session_id, session.user_id)


def _is_open(session: Session, now: datetime) -> bool:
    return session.revoked_at is None and session.expires_at > now


def _opened(session: Session, token: str) -> OpenedSession:
    return OpenedSession(session.session_id, session.user_id, token, session.expires_at)

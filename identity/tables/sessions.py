"""The table `sessions`."""

from collections.abc import Collection
from datetime import datetime

from identity.database import Row, Transaction, from_micros, optional_time, to_micros
from identity.records import Rotation, Session

COLUMNS = (
    "session_id, user_id, token_hash, created_at, expires_at, generation, previous_hash, rotated_at, is_grace_used,"
    " revoked_at"
)
_INSERT = f"""
    INSERT INTO sessions ({COLUMNS})
    VALUES (:session_id, :user_id, :token_hash, :created_at, :expires_at, 0, NULL, NULL, :no, NULL)
    ON CONFLICT DO NOTHING"""  # noqa: S608  # constants
_BY_ID = f"SELECT {COLUMNS} FROM sessions WHERE session_id = :session_id"  # noqa: S608  # constants
_IS_OPEN = "revoked_at IS NULL AND expires_at > :at"
_ROTATE = f"""
    UPDATE sessions
    SET previous_hash = token_hash, token_hash = :to_hash, generation = generation + 1, rotated_at = :at,
        is_grace_used = :no, expires_at = :expires_at
    WHERE session_id = :session_id AND token_hash = :from_hash AND {_IS_OPEN}
    RETURNING {COLUMNS}"""  # noqa: S608  # constants
_USE_GRACE = f"""
    UPDATE sessions SET is_grace_used = :yes
    WHERE session_id = :session_id AND previous_hash = :previous_hash AND rotated_at >= :since AND NOT is_grace_used
    AND {_IS_OPEN}
    RETURNING {COLUMNS}"""  # noqa: S608  # constants
_REVOKE = f"UPDATE sessions SET revoked_at = :at WHERE session_id IN :session_ids AND {_IS_OPEN} RETURNING session_id"  # noqa: S608  # constants
_REVOKE_ALL = f"""
    UPDATE sessions SET revoked_at = :at WHERE user_id = :user_id AND session_id <> :but AND {_IS_OPEN}
    RETURNING session_id"""  # noqa: S608  # constants
_OF_PERSON = f"""
    SELECT {COLUMNS} FROM sessions WHERE user_id = :user_id AND {_IS_OPEN}
    ORDER BY created_at DESC, session_id DESC"""  # noqa: S608  # constants
_REVOKED_SINCE = "SELECT session_id FROM sessions WHERE revoked_at > :since"


def add(transaction: Transaction, session: Session) -> None:
    """As `IdentityStore.add_session`."""
    transaction.run("DELETE FROM sessions WHERE expires_at <= :at", at=to_micros(session.created_at))
    transaction.run(
        _INSERT,
        session_id=session.session_id,
        user_id=session.user_id,
        token_hash=session.token_hash,
        created_at=to_micros(session.created_at),
        expires_at=to_micros(session.expires_at),
        no=False,
    )


def by_id(transaction: Transaction, session_id: str) -> Session | None:
    """As `IdentityStore.session`."""
    return _first(transaction.run(_BY_ID, session_id=session_id))


def rotate(transaction: Transaction, rotation: Rotation) -> Session | None:
    """As `IdentityStore.rotate`."""
    rows = transaction.run(
        _ROTATE,
        session_id=rotation.session_id,
        from_hash=rotation.from_hash,
        to_hash=rotation.to_hash,
        at=to_micros(rotation.at),
        expires_at=to_micros(rotation.expires_at),
        no=False,
    )
    return _first(rows)


def use_grace(
    transaction: Transaction, session_id: str, previous_hash: bytes, *, since: datetime, at: datetime
) -> Session | None:
    """As `IdentityStore.use_grace`."""
    rows = transaction.run(
        _USE_GRACE,
        session_id=session_id,
        previous_hash=previous_hash,
        since=to_micros(since),
        at=to_micros(at),
        yes=True,
    )
    return _first(rows)


def revoke(transaction: Transaction, session_ids: Collection[str], at: datetime) -> list[str]:
    """As `IdentityStore.revoke`."""
    return [session_id for (session_id,) in transaction.run(_REVOKE, session_ids=list(session_ids), at=to_micros(at))]


def revoke_all(transaction: Transaction, user_id: str, *, but: str | None, at: datetime) -> list[str]:
    """As `IdentityStore.revoke_all`."""
    rows = transaction.run(_REVOKE_ALL, user_id=user_id, but=but or "", at=to_micros(at))
    return [session_id for (session_id,) in rows]


def of_person(transaction: Transaction, user_id: str, at: datetime) -> list[Session]:
    """As `IdentityStore.sessions_of`."""
    return [_to_session(row) for row in transaction.run(_OF_PERSON, user_id=user_id, at=to_micros(at))]


def revoked_since(transaction: Transaction, since: datetime) -> frozenset[str]:
    """As `IdentityStore.revoked_since`."""
    return frozenset(session_id for (session_id,) in transaction.run(_REVOKED_SINCE, since=to_micros(since)))


def _first(rows: list[Row]) -> Session | None:
    return next((_to_session(row) for row in rows), None)


def _to_session(row: Row) -> Session:
    session_id, user_id, token_hash, created, expires, generation, previous, rotated, is_grace_used, revoked = row
    return Session(
        session_id=session_id,
        user_id=user_id,
        token_hash=token_hash,
        created_at=from_micros(created),
        expires_at=from_micros(expires),
        generation=generation,
        previous_hash=previous,
        rotated_at=optional_time(rotated),
        is_grace_used=bool(is_grace_used),
        revoked_at=optional_time(revoked),
    )

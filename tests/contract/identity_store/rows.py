"""Rows of the identity store, short to write."""

from datetime import UTC, datetime, timedelta

from identity.records import Credential, Rotation, Session, SubjectKey, TokenKey

NOON = datetime(2026, 11, 28, 12, 0, 0, 250, tzinfo=UTC)
MONTH = timedelta(days=30)
ANN, BOB = "user-of-ann", "user-of-bob"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def credential(
    user_id: str = ANN, index: str = "ann@", *, created: float = 0, is_claimed: bool = False, password: str = "$argon2$"
) -> Credential:
    return Credential(user_id, index, password, is_claimed, at(created), at(created))


def session(session_id: str = "s-1", user_id: str = ANN, *, created: float = 0) -> Session:
    return Session(session_id, user_id, b"hash 0", at(created), at(created) + MONTH)


def rotation(generation: int, *, when: float = 60, session_id: str = "s-1") -> Rotation:
    before, after = f"hash {generation - 1}".encode(), f"hash {generation}".encode()
    return Rotation(session_id, before, after, at(when), at(when) + MONTH)


def subject_key(subject: str, wrapped: bytes = b"wrapped", master: str = "m-1") -> SubjectKey:
    return SubjectKey(subject, f"k-{subject}", wrapped, master, NOON)


def token_key(kid: str, *, created: float = 0) -> TokenKey:
    return TokenKey(kid, b"secret of " + kid.encode(), "m-1", at(created))

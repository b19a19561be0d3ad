"""What is kept beside the log: secrets as hashes or wrapped under the master key, and no personal data in the clear."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """How a person proves who they are.

    `address_index` is the blind index of the address; `password_hash` is argon2's own form, None where no password was
    ever set. At most one credential of an address `is_claimed`: its person has proved that the address is theirs.
    """

    user_id: str
    address_index: str
    password_hash: str | None = field(repr=False)
    is_claimed: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A chain of refresh tokens, each known by its SHA-256 only.

    `generation` counts the rotations; `previous_hash` is that of the token which was spent last, at `rotated_at`.
    """

    session_id: str
    user_id: str
    token_hash: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime
    generation: int = 0
    previous_hash: bytes | None = field(default=None, repr=False)
    rotated_at: datetime | None = None
    is_grace_used: bool = False
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """One step of a session: from the token with one hash to that with another, which is good until `expires_at`."""

    session_id: str
    from_hash: bytes = field(repr=False)
    to_hash: bytes = field(repr=False)
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The key that seals a person's fields, wrapped; `wrapped_key` is None once the person was erased."""

    subject: str
    key_id: str
    wrapped_key: bytes | None = field(repr=False)
    master_key_id: str
    created_at: datetime
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A secret that signs access tokens, wrapped; once `retires_at` has come, no token of it is valid."""

    kid: str
    wrapped_secret: bytes = field(repr=False)
    master_key_id: str
    created_at: datetime
    retires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RootKey:
    """The secret that keys of a purpose are derived from, wrapped: it stays when the master key is replaced."""

    wrapped_key: bytes = field(repr=False)
    master_key_id: str
    created_at: datetime

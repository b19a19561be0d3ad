"""The store of what is secret: credentials, sessions, and wrapped keys. Every time is an argument, none is read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from identity.records import Credential, RootKey, Rotation, Session, SubjectKey, TokenKey


class IdentityStore(Protocol):
    """What a database of secrets answers; each call is one transaction, durable when it returns.

    Every method raises `Unavailable` when the database does not answer; whether it wrote is unknown then, and every
    call may be made again. What is changed and is not there, stays so: nothing is raised.
    """

    async def add_credential(self, credential: Credential) -> None:
        """Add a person's credential; nothing happens where the person has one."""

    async def credential(self, user_id: str) -> Credential | None:
        """Return the credential of a person."""

    async def credential_of(self, address_index: str) -> Credential | None:
        """Return the credential of an address: the claimed one, else the newest; it takes as long if there is none."""

    async def set_password(self, user_id: str, password_hash: str, *, at: datetime) -> None:
        """Replace a password."""

    async def replace_hash(self, user_id: str, old: str, new: str, *, at: datetime) -> None:
        """Replace a hash by another one of the same password, unless the password was changed meanwhile."""

    async def set_claimed(self, user_id: str, *, at: datetime) -> None:
        """Make the address the person's own, and nobody else's."""

    async def change_address(self, user_id: str, address_index: str, *, is_claimed: bool, at: datetime) -> None:
        """Replace a person's address; if `is_claimed`, it becomes nobody else's."""

    async def delete_credential(self, user_id: str) -> None:
        """Delete a person's credential, and what is left of it in the files."""

    async def add_session(self, session: Session) -> None:
        """Add a session, and delete those that expired before it was created."""

    async def session(self, session_id: str) -> Session | None:
        """Return a session, also one that is revoked."""

    async def rotate(self, rotation: Rotation) -> Session | None:
        """Replace the token of a session that is neither revoked nor expired; None unless its token was `from_hash`."""

    async def use_grace(
        self, session_id: str, previous_hash: bytes, *, since: datetime, at: datetime
    ) -> Session | None:
        """Use the grace of the token spent last, and return the session.

        None if it is another token, was spent before `since` or has used its grace, or the session is over at `at`.
        """

    async def revoke(self, session_ids: Collection[str], *, at: datetime) -> list[str]:
        """Revoke sessions; return those that were not revoked yet."""

    async def revoke_all(self, user_id: str, *, but: str | None = None, at: datetime) -> list[str]:
        """Revoke every session of a person, or all but one; return those that were neither revoked nor expired."""

    async def sessions_of(self, user_id: str, *, at: datetime) -> list[Session]:
        """Return a person's sessions that are neither revoked nor expired at `at`, newest first."""

    async def revoked_since(self, since: datetime) -> frozenset[str]:
        """Return the sessions that were revoked after `since`."""

    async def subject_keys(self, subjects: Collection[str]) -> list[SubjectKey]:
        """Return the keys of those subjects that have one; erased ones too."""

    async def create_subject_keys(self, keys: Sequence[SubjectKey]) -> list[SubjectKey]:
        """Add keys for those subjects that have none; return the keys of all of them, erased ones too."""

    async def erase_subject(self, subject: str, *, at: datetime) -> None:
        """Destroy a subject's key for ever, and what is left of it in the files; it never gets another one."""

    async def erased_since(self, since: datetime) -> frozenset[str]:
        """Return the subjects that were erased after `since`."""

    async def subject_keys_to_rewrap(self, master_key_id: str, *, limit: int) -> list[SubjectKey]:
        """Return keys that are wrapped by another master key."""

    async def rewrap_subject_keys(self, keys: Sequence[SubjectKey]) -> None:
        """Replace the wrapping of keys, but for those that were erased meanwhile."""

    async def token_keys(self, *, at: datetime) -> list[TokenKey]:
        """Return the keys that are not retired at `at`, newest first."""

    async def create_token_key(self, key: TokenKey) -> None:
        """Add the first key; nothing happens where there is one that is not to retire."""

    async def rotate_token_key(self, key: TokenKey, *, others_retire_at: datetime) -> None:
        """Add a key, let the others retire, and delete those that are retired when it is created."""

    async def rewrap_token_keys(self, keys: Sequence[TokenKey]) -> None:
        """Replace the wrapping of keys."""

    async def root_key(self) -> RootKey | None:
        """Return the root key."""

    async def create_root_key(self, key: RootKey) -> RootKey:
        """Add the root key unless there is one; return the one there is."""

    async def rewrap_root_key(self, key: RootKey) -> None:
        """Replace the wrapping of the root key, and remove what is left of former wrappings in the files."""

    async def close(self) -> None:
        """Let go of the database."""

"""The identity store over any database, in threads of its own."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from identity.database import Database, Transaction
from identity.records import Credential, RootKey, Rotation, Session, SubjectKey, TokenKey
from identity.store import IdentityStore
from identity.tables import credentials, sessions, subject_keys, token_keys
from schemas.errors import Unavailable

T = TypeVar("T")


class ThreadedIdentityStore(IdentityStore):
    """An identity store over a database; to be used in one event loop only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(database.threads, thread_name_prefix="identity-store")
        self._is_closed = False

    async def add_credential(self, credential: Credential) -> None:
        await self._write(lambda each: credentials.add(each, credential))

    async def credential(self, user_id: str) -> Credential | None:
        return await self._read(lambda each: credentials.of_person(each, user_id))

    async def credential_of(self, address_index: str) -> Credential | None:
        return await self._read(lambda each: credentials.of_address(each, address_index))

    async def set_password(self, user_id: str, password_hash: str, *, at: datetime) -> None:
        await self._write(lambda each: credentials.set_password(each, user_id, password_hash, at))

    async def replace_hash(self, user_id: str, old: str, new: str, *, at: datetime) -> None:
        await self._write(lambda each: credentials.replace_hash(each, user_id, old, new, at))

    async def set_claimed(self, user_id: str, *, at: datetime) -> None:
        await self._write(lambda each: credentials.set_claimed(each, user_id, at))

    async def change_address(self, user_id: str, address_index: str, *, is_claimed: bool, at: datetime) -> None:
        await self._write(
            lambda each: credentials.change_address(each, user_id, address_index, is_claimed=is_claimed, at=at)
        )

    async def delete_credential(self, user_id: str) -> None:
        await self._write(lambda each: credentials.delete(each, user_id), scrub="credentials")

    async def add_session(self, session: Session) -> None:
        await self._write(lambda each: sessions.add(each, session))

    async def session(self, session_id: str) -> Session | None:
        return await self._read(lambda each: sessions.by_id(each, session_id))

    async def rotate(self, rotation: Rotation) -> Session | None:
        return await self._write(lambda each: sessions.rotate(each, rotation))

    async def use_grace(
        self, session_id: str, previous_hash: bytes, *, since: datetime, at: datetime
    ) -> Session | None:
        return await self._write(lambda each: sessions.use_grace(each, session_id, previous_hash, since=since, at=at))

    async def revoke(self, session_ids: Collection[str], *, at: datetime) -> list[str]:
        return await self._write(lambda each: sessions.revoke(each, session_ids, at))

    async def revoke_all(self, user_id: str, *, but: str | None = None, at: datetime) -> list[str]:
        return await self._write(lambda each: sessions.revoke_all(each, user_id, but=but, at=at))

    async def sessions_of(self, user_id: str, *, at: datetime) -> list[Session]:
        return await self._read(lambda each: sessions.of_person(each, user_id, at))

    async def revoked_since(self, since: datetime) -> frozenset[str]:
        return await self._read(lambda each: sessions.revoked_since(each, since))

    async def subject_keys(self, subjects: Collection[str]) -> list[SubjectKey]:
        return await self._read(lambda each: subject_keys.of_subjects(each, subjects))

    async def create_subject_keys(self, keys: Sequence[SubjectKey]) -> list[SubjectKey]:
        return await self._write(lambda each: subject_keys.create(each, keys))

    async def erase_subject(self, subject: str, *, at: datetime) -> None:
        await self._write(lambda each: subject_keys.erase(each, subject, at), scrub="subject_keys")

    async def erased_since(self, since: datetime) -> frozenset[str]:
        return await self._read(lambda each: subject_keys.erased_since(each, since))

    async def subject_keys_to_rewrap(self, master_key_id: str, *, limit: int) -> list[SubjectKey]:
        return await self._read(lambda each: subject_keys.to_rewrap(each, master_key_id, limit))

    async def rewrap_subject_keys(self, keys: Sequence[SubjectKey]) -> None:
        await self._write(lambda each: subject_keys.rewrap(each, keys))

    async def token_keys(self, *, at: datetime) -> list[TokenKey]:
        return await self._read(lambda each: token_keys.live(each, at))

    async def create_token_key(self, key: TokenKey) -> None:
        await self._write(lambda each: token_keys.create(each, key))

    async def rotate_token_key(self, key: TokenKey, *, others_retire_at: datetime) -> None:
        await self._write(lambda each: token_keys.rotate(each, key, others_retire_at))

    async def rewrap_token_keys(self, keys: Sequence[TokenKey]) -> None:
        await self._write(lambda each: token_keys.rewrap(each, keys))

    async def root_key(self) -> RootKey | None:
        return await self._read(token_keys.root)

    async def create_root_key(self, key: RootKey) -> RootKey:
        return await self._write(lambda each: token_keys.create_root(each, key))

    async def rewrap_root_key(self, key: RootKey) -> None:
        await self._write(lambda each: token_keys.rewrap_root(each, key), scrub="subject_keys")

    async def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)
        self._database.close()

    async def _read(self, work: Callable[[Transaction], T]) -> T:
        def read() -> T:
            with self._database.reading() as transaction:
                return work(transaction)

        return await self._run(read)

    async def _write(self, work: Callable[[Transaction], T], *, scrub: str | None = None) -> T:
        def write() -> T:
            with self._database.writing() as transaction:
                result = work(transaction)
            if scrub:
                self._database.scrub(scrub)
            return result

        return await self._run(write)

    async def _run(self, call: Callable[[], T]) -> T:
        if self._is_closed:
            raise Unavailable("the identity store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

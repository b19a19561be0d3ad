"""A new master key: everything is wrapped anew, and nothing else changes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from identity.master_key import MasterKey
from identity.opening import open_identity_store
from identity.parts import IdentityParts, build_parts
from identity.records import SubjectKey
from identity.rewrap import rewrap
from identity.sessions import OpenedSession
from identity.store import IdentityStore
from schemas.errors import Unavailable

OLD, NEW, THIRD = (f"the {name} master key of the tests, 32 bytes".encode() for name in ("old", "new", "third"))
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[IdentityStore]:
    opened = open_identity_store(str(tmp_path / "identity.sqlite"))
    yield opened
    await opened.close()


async def process(store: IdentityStore, master_key: bytes, old: bytes | None = None) -> IdentityParts:
    return await build_parts(
        store,
        master_key=master_key,
        old_master_key=old,
        token_secret="a secret of the tests, long enough",
        clock=lambda: NOON,
        new_id=lambda: str(uuid4()),
    )


async def test_under_a_new_master_key_everything_is_as_before(store: IdentityStore) -> None:
    before = await process(store, OLD)
    await before.sealer.prepare(["ann"])
    sealed = before.sealer.seal("ann", "12 High Street")
    session = await before.sessions.open("ann")
    access = (await before.token_issuer.issue("ann", session_id=session.session_id)).token
    mailed, index = before.mailed_tokens.issue("verify", "v-1"), before.blind_index.of("ann@example.com")

    done = await rewrap(store, MasterKey(NEW, old=OLD), now=NOON, on_progress=lambda _: None)
    assert done == 3
    after = await process(store, NEW)
    assert await after.sealer.open_all([sealed]) == ["12 High Street"]
    assert (await after.verifier.verify(access)).session_id == session.session_id
    refreshed = await after.sessions.refresh(session.refresh_token)
    assert isinstance(refreshed, OpenedSession)
    assert after.mailed_tokens.read("verify", mailed) == ("v-1",)
    assert after.blind_index.of("ann@example.com") == index
    assert after.sealer.fingerprint(b"x") == before.sealer.fingerprint(b"x")
    with pytest.raises(Unavailable):
        await process(store, OLD)


async def test_services_that_have_both_keys_go_on_meanwhile(store: IdentityStore) -> None:
    before = await process(store, OLD)
    await before.sealer.prepare(["ann"])
    sealed = before.sealer.seal("ann", "x")
    both = await process(store, NEW, OLD)
    await both.sealer.prepare(["bob"])
    of_bob = both.sealer.seal("bob", "y")
    assert await both.sealer.open_all([sealed, of_bob]) == ["x", "y"]
    await rewrap(store, both.master_key, now=NOON, on_progress=lambda _: None)
    assert await (await process(store, NEW, OLD)).sealer.open_all([sealed, of_bob]) == ["x", "y"]


async def test_what_was_stopped_goes_on_where_it_was(store: IdentityStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.rewrap.PAGE", 2)
    before = await process(store, OLD)
    await before.sealer.prepare([f"person-{number}" for number in range(5)])
    told = list[int]()

    def stop_after_a_page(done: int) -> None:
        told.append(done)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await rewrap(store, MasterKey(NEW, old=OLD), now=NOON, on_progress=stop_after_a_page)
    assert await rewrap(store, MasterKey(NEW, old=OLD), now=NOON, on_progress=told.append) == 4
    assert told == [2, 2, 3]
    assert await rewrap(store, MasterKey(NEW, old=OLD), now=NOON, on_progress=told.append) == 0
    assert await rewrap(store, MasterKey(NEW), now=NOON, on_progress=told.append) == 0


async def test_a_key_of_a_third_master_key_stops_it_and_is_left(store: IdentityStore) -> None:
    await process(store, OLD)
    other = SubjectKey("eve", "k-1", MasterKey(THIRD).wrap("x", b"x"), MasterKey(THIRD).id, NOON)
    await store.create_subject_keys([other])
    with pytest.raises(Unavailable, match="another master key"):
        await rewrap(store, MasterKey(NEW, old=OLD), now=NOON, on_progress=lambda _: None)
    assert await store.subject_keys(["eve"]) == [other]


async def test_who_is_erased_meanwhile_stays_erased(store: IdentityStore, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await process(store, OLD)
    await before.sealer.prepare(["ann", "bob"])
    rewrap_subject_keys = store.rewrap_subject_keys

    async def erasing_first(keys: Sequence[SubjectKey]) -> None:
        await store.erase_subject("ann", at=NOON)
        await rewrap_subject_keys(keys)

    monkeypatch.setattr(store, "rewrap_subject_keys", erasing_first)
    await rewrap(store, MasterKey(NEW, old=OLD), now=NOON, on_progress=lambda _: None)
    keys = {key.subject: key for key in await store.subject_keys(["ann", "bob"])}
    assert keys["ann"].wrapped_key is None
    assert keys["bob"].master_key_id == MasterKey(NEW).id


async def test_nothing_of_the_old_wrapping_stays_in_the_files(store: IdentityStore, tmp_path: Path) -> None:
    before = await process(store, OLD)
    await before.sealer.prepare(["ann"])
    root = await store.root_key()
    wrapped = [(await store.subject_keys(["ann"]))[0].wrapped_key, root and root.wrapped_key]
    assert all(each and _holds(tmp_path, each) for each in wrapped)
    await rewrap(store, MasterKey(NEW, old=OLD), now=NOON, on_progress=lambda _: None)
    assert not any(each and _holds(tmp_path, each) for each in wrapped)


async def test_a_first_start_with_both_keys_keeps_the_old_one_as_root(store: IdentityStore) -> None:
    both, alone = await process(store, NEW, OLD), replace(await process(store, NEW))
    assert both.root_key == alone.root_key == OLD


def _holds(folder: Path, trace: bytes) -> bool:
    return any(trace in file.read_bytes() for file in folder.iterdir())

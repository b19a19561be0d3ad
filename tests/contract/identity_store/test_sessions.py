"""Refresh tokens are rotated one at a time, and revoked at once."""

import asyncio
from dataclasses import replace

import pytest

from identity.records import Session
from identity.store import IdentityStore
from tests.contract.identity_store.rows import ANN, BOB, MONTH, at, rotation, session


async def test_a_session_is_kept_as_it_was_added(store: IdentityStore) -> None:
    await store.add_session(session())
    assert await store.session("s-1") == session()
    assert await store.session("s-2") is None


async def test_a_rotation_replaces_the_token_and_remembers_the_one_before(store: IdentityStore) -> None:
    await store.add_session(session())
    rotated = await store.rotate(rotation(1))
    expected = replace(
        session(),
        token_hash=b"hash 1",
        generation=1,
        previous_hash=b"hash 0",
        rotated_at=at(60),
        expires_at=at(60) + MONTH,
    )
    assert rotated == await store.session("s-1") == expected


async def test_of_many_rotations_of_one_token_one_happens(store: IdentityStore) -> None:
    await store.add_session(session())
    outcomes = await asyncio.gather(*(store.rotate(rotation(1)) for _ in range(8)))
    assert sum(outcome is not None for outcome in outcomes) == 1
    found = await store.session("s-1")
    assert found
    assert found.generation == 1


@pytest.mark.parametrize("when", [MONTH.total_seconds(), MONTH.total_seconds() + 1])
async def test_an_expired_session_is_not_rotated(store: IdentityStore, when: float) -> None:
    await store.add_session(session())
    assert await store.rotate(rotation(1, when=when)) is None
    assert await store.session("s-1") == session()


async def test_a_revoked_session_is_neither_rotated_nor_given_grace(store: IdentityStore) -> None:
    await store.add_session(session())
    await store.rotate(rotation(1))
    await store.revoke(["s-1"], at=at(61))
    assert await store.rotate(rotation(2, when=62)) is None
    assert await store.use_grace("s-1", b"hash 0", since=at(52), at=at(62)) is None


async def test_the_grace_of_a_spent_token_is_used_once(store: IdentityStore) -> None:
    await store.add_session(session())
    rotated = await store.rotate(rotation(1))
    assert rotated
    outcomes = await asyncio.gather(*(store.use_grace("s-1", b"hash 0", since=at(50), at=at(61)) for _ in range(8)))
    assert [each for each in outcomes if each] == [replace(rotated, is_grace_used=True)]
    await store.rotate(rotation(2, when=70))
    assert await store.use_grace("s-1", b"hash 1", since=at(60), at=at(71))


@pytest.mark.parametrize(("token", "since"), [(b"hash 0", 61), (b"hash 1", 50), (b"other", 50)])
async def test_there_is_no_grace_for_another_token_nor_for_one_spent_too_long_ago(
    store: IdentityStore, token: bytes, since: float
) -> None:
    await store.add_session(session())
    await store.rotate(rotation(1))
    assert await store.use_grace("s-1", token, since=at(since), at=at(62)) is None
    found = await store.session("s-1")
    assert found
    assert not found.is_grace_used


async def test_sessions_of_a_person_are_listed_newest_first_and_only_while_they_last(store: IdentityStore) -> None:
    for name, user, created in (("old", ANN, 0), ("new", ANN, 20), ("mid", ANN, 10), ("other", BOB, 5)):
        await store.add_session(session(name, user, created=created))
    assert await _names(store, ANN, 30) == ["new", "mid", "old"]
    await store.revoke(["mid"], at=at(31))
    assert await _names(store, ANN, 31) == ["new", "old"]
    assert await _names(store, ANN, MONTH.total_seconds() + 1) == ["new"]


async def test_revoking_tells_which_sessions_were_open(store: IdentityStore) -> None:
    for name, user in (("a", ANN), ("b", ANN), ("c", ANN), ("d", BOB)):
        await store.add_session(session(name, user))
    assert await store.revoke(["a", "none"], at=at(1)) == ["a"]
    assert await store.revoke(["a"], at=at(2)) == []
    assert await store.revoke_all(ANN, but="b", at=at(3)) == ["c"]
    assert await store.revoke_all(ANN, at=at(4)) == ["b"]
    assert await store.revoke_all(ANN, at=at(5)) == []
    assert await _names(store, BOB, 6) == ["d"]


async def test_sessions_revoked_since_a_time_are_found(store: IdentityStore) -> None:
    for number, name in enumerate("abc"):
        await store.add_session(session(name))
        await store.revoke([name], at=at(number))
    assert await store.revoked_since(at(-1)) == {"a", "b", "c"}
    assert await store.revoked_since(at(1)) == {"c"}


async def test_a_new_session_clears_away_the_expired_ones(store: IdentityStore) -> None:
    await store.add_session(session("expired"))
    await store.add_session(session("lasts", created=1))
    await store.add_session(session("new", created=MONTH.total_seconds()))
    kept: list[Session | None] = [await store.session(name) for name in ("expired", "lasts", "new")]
    assert [each is not None for each in kept] == [False, True, True]


async def _names(store: IdentityStore, user: str, when: float) -> list[str]:
    return [each.session_id for each in await store.sessions_of(user, at=at(when))]

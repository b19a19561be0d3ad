import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from identity.memory import memory_identity_store
from identity.refresh_tokens import RefreshTokens, hash_of
from identity.revocations import MAX_AGE, Revocations
from identity.sessions import GRACE, LIFETIME, OpenedSession, ReuseDetected, Sessions
from identity.store import IdentityStore
from schemas.errors import SessionEnded

ROOT = b"a root key of the tests, 32 bytes"
ANN = "user-of-ann"
LIFE = timedelta(minutes=10)


class Clock:
    """Both clocks of a process: the time, and the seconds since it started."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def timer(self) -> float:
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class CountingStore:
    """Counts the queries for revoked sessions."""

    def __init__(self, store: IdentityStore) -> None:
        self._store = store
        self.queries = 0

    async def revoked_since(self, since: datetime) -> frozenset[str]:
        self.queries += 1
        return await self._store.revoked_since(since)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store() -> AsyncIterator[IdentityStore]:
    opened = memory_identity_store()
    yield opened
    await opened.close()


@pytest.fixture
def process(store: IdentityStore, clock: Clock) -> Callable[..., Sessions]:
    """Each call is another process on the same store."""

    def start(root: bytes = ROOT) -> Sessions:
        revocations = Revocations(store, clock=clock, token_life=LIFE, timer=clock.timer)
        return Sessions(store, root_key=root, clock=clock, new_id=lambda: str(uuid4()), revocations=revocations)

    return start


@pytest.fixture
def sessions(process: Callable[..., Sessions]) -> Sessions:
    return process()


async def refresh(sessions: Sessions, token: str) -> OpenedSession:
    refreshed = await sessions.refresh(token)
    assert isinstance(refreshed, OpenedSession)
    return refreshed


async def test_a_refresh_gives_another_token_that_is_good_as_long(sessions: Sessions, clock: Clock) -> None:
    opened = await sessions.open(ANN)
    clock.pass_by(600)
    refreshed = await refresh(sessions, opened.refresh_token)
    assert (refreshed.session_id, refreshed.user_id) == (opened.session_id, ANN)
    assert refreshed.refresh_token != opened.refresh_token
    assert refreshed.expires_at == clock.now + LIFETIME
    assert (await refresh(sessions, refreshed.refresh_token)).session_id == opened.session_id


async def test_two_tabs_that_refresh_at_once_both_go_on(process: Callable[..., Sessions]) -> None:
    one, other = process(), process()
    opened = await one.open(ANN)
    first, second = await asyncio.gather(*(refresh(each, opened.refresh_token) for each in (one, other)))
    assert first.refresh_token == second.refresh_token
    assert (await refresh(one, second.refresh_token)).session_id == opened.session_id


async def test_a_spent_token_works_once_more_within_its_grace(sessions: Sessions, clock: Clock) -> None:
    opened = await sessions.open(ANN)
    current = await refresh(sessions, opened.refresh_token)
    clock.pass_by(GRACE.total_seconds())
    assert (await refresh(sessions, opened.refresh_token)).refresh_token == current.refresh_token
    with pytest.raises(SessionEnded):
        await sessions.refresh(opened.refresh_token)
    assert not await sessions.is_revoked(opened.session_id)
    assert (await refresh(sessions, current.refresh_token)).session_id == opened.session_id


async def test_a_token_spent_longer_ago_ends_the_session(sessions: Sessions, clock: Clock) -> None:
    opened = await sessions.open(ANN)
    current = await refresh(sessions, opened.refresh_token)
    clock.pass_by(GRACE.total_seconds() + 0.001)
    assert await sessions.refresh(opened.refresh_token) == ReuseDetected(opened.session_id, ANN)
    assert await sessions.is_revoked(opened.session_id)
    for token in (opened.refresh_token, current.refresh_token):
        with pytest.raises(SessionEnded):
            await sessions.refresh(token)


async def test_a_token_spent_two_steps_ago_ends_the_session_at_once(sessions: Sessions) -> None:
    first = await sessions.open(ANN)
    second = await refresh(sessions, first.refresh_token)
    await refresh(sessions, second.refresh_token)
    assert await sessions.refresh(first.refresh_token) == ReuseDetected(first.session_id, ANN)


async def test_a_token_that_somebody_made_up_ends_no_session(sessions: Sessions) -> None:
    opened = await sessions.open(ANN)
    await refresh(sessions, opened.refresh_token)
    forger = RefreshTokens(b"another key of the tests, 32 byte")
    made_up = [forger.make(opened.session_id, generation) for generation in (0, 1, 2)]
    for token in (*made_up, RefreshTokens(ROOT).make(opened.session_id, 7), opened.refresh_token[:-2] + "AA"):
        with pytest.raises(SessionEnded):
            await sessions.refresh(token)
    assert not await sessions.is_revoked(opened.session_id)


@pytest.mark.parametrize("token", ["", "x", "é" * 20, "\ud800", "A" * 70, "A" * 10_000, "=" * 70, "\0" * 70])
async def test_what_is_no_token_is_refused(sessions: Sessions, token: str) -> None:
    with pytest.raises(SessionEnded):
        await sessions.refresh(token)


async def test_an_expired_session_has_ended(sessions: Sessions, clock: Clock) -> None:
    opened = await sessions.open(ANN)
    clock.pass_by(LIFETIME.total_seconds())
    with pytest.raises(SessionEnded):
        await sessions.refresh(opened.refresh_token)


async def test_refresh_tokens_stay_good_under_another_root_key_and_only_their_grace_ends(
    process: Callable[..., Sessions],
) -> None:
    opened = await process().open(ANN)
    later = process(b"another root key of the tests ...")
    assert (await refresh(later, opened.refresh_token)).session_id == opened.session_id
    again = process()
    with pytest.raises(SessionEnded):
        await again.refresh(opened.refresh_token)
    assert not await again.is_revoked(opened.session_id)


async def test_a_revocation_holds_at_once_here_and_soon_elsewhere(
    process: Callable[..., Sessions], clock: Clock
) -> None:
    here, there = process(), process()
    opened = await here.open(ANN)
    assert [await each.is_revoked(opened.session_id) for each in (here, there)] == [False, False]
    assert await here.revoke(opened.session_id)
    assert not await here.revoke(opened.session_id)
    assert await here.is_revoked(opened.session_id)
    clock.pass_by(MAX_AGE)
    assert await there.is_revoked(opened.session_id)


async def test_all_sessions_are_revoked_or_all_but_one(sessions: Sessions, clock: Clock) -> None:
    opened = [await sessions.open(ANN) for _ in range(3)]
    other = await sessions.open("user-of-bob")
    names = [each.session_id for each in opened]
    assert sorted(await sessions.revoke_all(ANN, but=names[1])) == sorted([names[0], names[2]])
    assert [each.session_id for each in await sessions.list(ANN)] == [names[1]]
    assert await sessions.revoke_all(ANN) == [names[1]]
    assert [await sessions.is_revoked(name) for name in names] == [True] * 3
    assert not await sessions.is_revoked(other.session_id)
    with pytest.raises(SessionEnded):
        await sessions.refresh(opened[1].refresh_token)


async def test_revocations_are_read_by_one_query_for_all_who_ask(store: IdentityStore, clock: Clock) -> None:
    counting = CountingStore(store)
    revocations = Revocations(counting, clock=clock, token_life=LIFE, timer=clock.timer)  # type: ignore[arg-type]
    for expected in (1, 1, 2):
        await asyncio.gather(*(revocations.is_revoked(str(number)) for number in range(50)))
        assert counting.queries == expected
        clock.pass_by(MAX_AGE * 0.6)


async def test_a_revocation_is_known_as_long_as_a_token_of_it_may_be_valid(
    process: Callable[..., Sessions], clock: Clock
) -> None:
    here, there = process(), process()
    opened = await here.open(ANN)
    await here.revoke(opened.session_id)
    clock.pass_by(LIFE.total_seconds())
    assert await here.is_revoked(opened.session_id)
    assert await there.is_revoked(opened.session_id)
    clock.pass_by(120)
    assert not await there.is_revoked(opened.session_id)


async def test_a_token_is_kept_as_its_hash_only_and_stands_in_no_text(sessions: Sessions, store: IdentityStore) -> None:
    opened = await sessions.open(ANN)
    kept = await store.session(opened.session_id)
    assert kept
    assert kept.token_hash == hash_of(opened.refresh_token)
    assert opened.refresh_token not in repr(opened)
    assert repr(kept.token_hash) not in repr(kept)

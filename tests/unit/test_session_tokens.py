"""Access tokens of sessions: signed by keys of the store that are rotated, and refused once the session is revoked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from identity.master_key import MasterKey
from identity.memory import memory_identity_store
from identity.records import Session
from identity.revocations import MAX_AGE, Revocations
from identity.store import IdentityStore
from identity.token_keys import LOOK_AGAIN_AFTER, OVERLAP, RELOAD_AFTER, TokenKeys
from identity.tokens import LEEWAY, TOKEN_LIFE, Identity, SessionTokenIssuer, TokenIssuer, TokenVerifier
from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.errors import SessionEnded, Unauthorised, Unavailable

SECRET = "a secret of the tests, long enough"
MASTER = MasterKey(b"a master key of the tests, 32 byt")
SESSION = "0194f3a0-0000-7000-8000-000000000001"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def timer(self) -> float:
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Process:
    """One of several processes on a store."""

    def __init__(self, store: IdentityStore, clock: Clock, master: MasterKey = MASTER) -> None:
        self.keys = TokenKeys(store, master, clock=clock, timer=clock.timer)
        revocations = Revocations(store, clock=clock, token_life=TOKEN_LIFE, timer=clock.timer)
        self.verifier = TokenVerifier(SECRET, keys=self.keys, revocations=revocations, clock=clock)
        self.issuer = SessionTokenIssuer(self.keys, clock=clock)

    async def issue(self) -> str:
        return (await self.issuer.issue("ann", ["customer"], session_id=SESSION)).token

    async def refuses(self, token: str, error: type[Unauthorised] = Unauthorised) -> bool:
        try:
            await self.verifier.verify(token)
        except error:
            return True
        return False


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(clock: Clock) -> AsyncIterator[IdentityStore]:
    opened = memory_identity_store()
    await opened.add_session(Session(SESSION, "ann", b"hash", clock.now, clock.now + timedelta(days=30)))
    yield opened
    await opened.close()


@pytest.fixture
def here(store: IdentityStore, clock: Clock) -> Process:
    return Process(store, clock)


@pytest.fixture
def there(store: IdentityStore, clock: Clock) -> Process:
    return Process(store, clock)


async def test_a_token_names_its_session_and_every_process_knows_its_key(
    here: Process, there: Process, clock: Clock
) -> None:
    await there.keys.secret_of("none yet")
    clock.pass_by(LOOK_AGAIN_AFTER)
    token = await here.issue()
    ann = Actor(type=ActorType.CUSTOMER, id="ann", roles=("customer",))
    assert await here.verifier.verify(token) == await there.verifier.verify(token) == Identity(ann, SESSION)


async def test_who_is_not_verified_has_no_role(here: Process) -> None:
    token, seconds = await here.issuer.issue("ann", session_id=SESSION)
    assert seconds == 600
    assert (await here.verifier.verify(token)).actor.roles == ()


async def test_a_token_lasts_ten_minutes(here: Process, clock: Clock) -> None:
    token = await here.issue()
    assert timedelta(minutes=10) == TOKEN_LIFE
    clock.pass_by(TOKEN_LIFE.total_seconds() + LEEWAY - 1)
    assert not await here.refuses(token)
    clock.pass_by(1)
    assert await here.refuses(token)


async def test_a_revoked_session_is_refused_by_a_code_of_its_own(
    here: Process, there: Process, store: IdentityStore, clock: Clock
) -> None:
    token = await here.issue()
    assert not await there.refuses(token)
    await store.revoke([SESSION], at=clock.now)
    clock.pass_by(MAX_AGE)
    assert await there.refuses(token, SessionEnded)
    assert SessionEnded.code == "session_ended"


async def test_a_rotated_key_verifies_what_it_has_signed(here: Process, there: Process, clock: Clock) -> None:
    before = await here.issue()
    assert not await there.refuses(before)
    await here.keys.rotate()
    after = await here.issue()
    assert _kid(before) != _kid(after)
    assert [await each.refuses(token) for each in (here, there) for token in (before, after)] == [False] * 4
    clock.pass_by(RELOAD_AFTER)
    assert _kid(await there.issue()) == _kid(after)


async def test_a_key_outlives_every_token_that_it_can_have_signed() -> None:
    assert timedelta(seconds=RELOAD_AFTER + LEEWAY) + TOKEN_LIFE < OVERLAP


async def test_a_retired_key_verifies_nothing(
    here: Process, there: Process, store: IdentityStore, clock: Clock
) -> None:
    old = await here.keys.signing_key()
    await there.keys.secret_of(old.kid)
    await here.keys.rotate()
    clock.pass_by(OVERLAP.total_seconds())
    claims = _claims(clock.now)
    token = jwt.encode(claims, old.secret, headers={"kid": old.kid})
    assert [await each.refuses(token) for each in (here, there)] == [True, True]


async def test_of_many_processes_that_start_at_once_one_makes_the_key(store: IdentityStore, clock: Clock) -> None:
    keys = await asyncio.gather(*(Process(store, clock).keys.signing_key() for _ in range(8)))
    assert len({key.kid for key in keys}) == 1


async def test_unknown_keys_are_looked_for_once_a_second(here: Process, clock: Clock, store: IdentityStore) -> None:
    queries = 0
    token_keys = store.token_keys

    async def counting(*, at: datetime) -> Any:
        nonlocal queries
        queries += 1
        return await token_keys(at=at)

    store.token_keys = counting  # type: ignore[method-assign]
    made_up = [jwt.encode(_claims(clock.now), b"k" * 32, headers={"kid": f"k-{number}"}) for number in range(40)]
    assert await here.refuses(made_up[0])
    for expected in (2, 2, 3):
        for token in made_up:
            assert await here.refuses(token)
        assert queries == expected
        clock.pass_by(LOOK_AGAIN_AFTER * 0.6)


@pytest.mark.parametrize(
    "change",
    [{"sid": None}, {"sid": "../x"}, {"exp": datetime(2026, 11, 28, 13, tzinfo=UTC)}, {"roles": ["emperor"]}],
)
async def test_a_token_of_a_session_says_less_than_one_for_scripts_may(
    here: Process, clock: Clock, change: dict[str, object]
) -> None:
    key = await here.keys.signing_key()
    assert not await here.refuses(jwt.encode(_claims(clock.now), key.secret, headers={"kid": key.kid}))
    claims = {name: value for name, value in (_claims(clock.now) | change).items() if value is not None}
    assert await here.refuses(jwt.encode(claims, key.secret, headers={"kid": key.kid}))


async def test_neither_kind_of_token_is_taken_for_the_other(here: Process, clock: Clock) -> None:
    key = await here.keys.signing_key()
    claims = _claims(clock.now)
    assert await here.refuses(jwt.encode(claims, SECRET, headers={"kid": key.kid}))
    assert await here.refuses(jwt.encode(claims, key.secret))
    of_script = jwt.encode(claims, SECRET)
    assert (await here.verifier.verify(of_script)).session_id is None


@pytest.mark.parametrize("head", [{"kid": "x" * 65}, {"kid": ""}, {"kid": 7}, {"alg": "none"}, {"alg": "HS512"}])
async def test_a_head_that_we_do_not_write_is_refused(here: Process, clock: Clock, head: dict[str, Any]) -> None:
    key = await here.keys.signing_key()
    algorithm = head.get("alg", "HS256")
    secret = "" if algorithm == "none" else key.secret * 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jwt.PyJWS, "_validate_kid", lambda *_: None, raising=False)
        token = jwt.encode(_claims(clock.now), secret, algorithm, headers={"kid": key.kid} | head)
    assert await here.refuses(token)


async def test_a_verifier_without_a_store_knows_tokens_for_scripts_only(here: Process, clock: Clock) -> None:
    alone = TokenVerifier(SECRET, clock=clock)
    with pytest.raises(Unauthorised):
        await alone.verify(await here.issue())
    token = TokenIssuer(SECRET, clock=clock).issue("ann")
    assert (await alone.verify(token)).actor.id == "ann"


async def test_a_key_of_another_master_key_is_a_fault_and_no_refusal(store: IdentityStore, clock: Clock) -> None:
    token = await Process(store, clock).issue()
    other = Process(store, clock, MasterKey(b"another master key of the tests ."))
    with pytest.raises(Unavailable):
        await other.verifier.verify(token)


def _kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def _claims(now: datetime) -> dict[str, object]:
    return {
        "sub": "ann",
        "roles": ["customer"],
        "actorType": "customer",
        "sid": SESSION,
        "iss": "aioutlet",
        "aud": "aioutlet",
        "iat": now,
        "exp": now + TOKEN_LIFE,
    }

"""The agent of accounts brings the secrets beside the log up to what the log says, and an old event changes nothing."""

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import pytest

from identity.records import Credential, Session, SubjectKey
from identity.sqlite.database import MEMORY, SQLiteDatabase
from identity.threaded import ThreadedIdentityStore
from schemas.errors import Unavailable
from schemas.message import Event
from schemas.topics import PEOPLE
from schemas.user import EmailChanged, EmailVerified, UserCreated, UserDeactivated, UserErased
from streams.accounts import AccountSecrets
from tests.examples import NOON
from tests.sealing import seal
from tests.unit.streams.fakes import Counts, SetClock, TroubledStore, give, log_of, once, put

T = TypeVar("T")
ANN, BOB, ADMIN = "ann", "bob", "admin"
A, B, C, D = (letter * 32 for letter in "abcd")
"""Indexes of addresses."""
TABLES = ("credentials", "sessions", "subject_keys")


class TroubledSecrets(ThreadedIdentityStore):
    """The identity store in memory; it can be down."""

    def __init__(self) -> None:
        super().__init__(SQLiteDatabase(MEMORY))
        self.is_down = False

    async def _run(self, call: Callable[[], T]) -> T:
        if self.is_down:
            raise Unavailable("the identity store does not answer")
        return await super()._run(call)

    async def content(self) -> list[object]:
        """Every row of it."""
        return await self._read(lambda each: [each.run(f"SELECT * FROM {table}") for table in TABLES])

    async def join(self, user_id: str, index: str, *, is_claimed: bool = False) -> None:
        """Put in what the command API does for a new account."""
        await self.add_credential(Credential(user_id, index, f"hash of {user_id}", is_claimed, NOON, NOON))
        later = NOON.replace(year=NOON.year + 1)
        for number in (1, 2):
            await self.add_session(Session(f"{user_id}-{number}", user_id, f"{user_id} {number}".encode(), NOON, later))
        await self.create_subject_keys([SubjectKey(user_id, "k", b"wrapped", "m", NOON)])

    async def is_claimed(self, user_id: str, index: str) -> bool:
        credential = await self.credential(user_id)
        return credential is not None and (credential.address_index, credential.is_claimed) == (index, True)

    async def open_sessions(self, user_id: str) -> int:
        return len(await self.sessions_of(user_id, at=NOON))


@pytest.fixture
async def secrets() -> AsyncIterator[TroubledSecrets]:
    secrets = TroubledSecrets()
    yield secrets
    await secrets.close()


@pytest.fixture
def forgotten() -> list[str]:
    """Whose mails were dropped."""
    return []


@pytest.fixture
def hire(
    store: TroubledStore, secrets: TroubledSecrets, clock: SetClock, counts: Counts, forgotten: list[str]
) -> Callable[[], AccountSecrets]:
    return lambda: AccountSecrets(store, secrets, clock=clock, metrics=counts, forget_mails=forgotten.append)


@pytest.fixture
def accounts(hire: Callable[[], AccountSecrets]) -> AccountSecrets:
    return hire()


def joined(user_id: str, index: str) -> Event:
    sealed = seal(user_id, user_id)
    return UserCreated(user_id=user_id, email=sealed, email_index=index, first_name=sealed, last_name=sealed)


def verified(user_id: str, index: str) -> list[Event]:
    return [joined(user_id, index), EmailVerified(user_id=user_id, verification_id="v-1")]


def changed(user_id: str, index: str) -> Event:
    sealed = seal(user_id, user_id)
    return EmailChanged(user_id=user_id, verification_id="v-2", email=sealed, email_index=index, previous=sealed)


def deactivated(user_id: str) -> Event:
    return UserDeactivated(user_id=user_id, reason="fraud", by=ADMIN)


def erased(user_id: str) -> Event:
    return UserErased(user_id=user_id, by=user_id)


async def test_a_proven_address_is_claimed(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets
) -> None:
    await secrets.join(ANN, A)
    await give(accounts, await put(store, *verified(ANN, A)))
    assert await secrets.is_claimed(ANN, A)
    assert await secrets.open_sessions(ANN) == 2


async def test_who_has_not_proven_an_address_claims_none(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets
) -> None:
    await secrets.join(ANN, A)
    await secrets.join(BOB, A)
    await give(accounts, await put(store, joined(BOB, A), *verified(ANN, A)))
    assert await secrets.is_claimed(ANN, A)
    assert not await secrets.is_claimed(BOB, A)


async def test_another_address_is_claimed_once_it_is_proven(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets
) -> None:
    await secrets.join(ANN, A, is_claimed=True)
    await give(accounts, await put(store, *verified(ANN, A), changed(ANN, B)))
    assert await secrets.is_claimed(ANN, B)
    assert await secrets.credential_of(A) is None


async def test_an_address_that_was_given_up_stays_with_whom_has_it_now(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets
) -> None:
    await secrets.join(ANN, A, is_claimed=True)
    await secrets.join(BOB, A)
    log = await put(store, *verified(ANN, A), changed(ANN, B), *verified(BOB, A))
    await give(accounts, log)
    await give(accounts, log[:2])
    assert await secrets.is_claimed(ANN, B)
    assert await secrets.is_claimed(BOB, A)


async def test_the_sessions_of_a_closed_account_end_and_its_password_stays(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets, forgotten: list[str]
) -> None:
    await secrets.join(ANN, A, is_claimed=True)
    await secrets.join(BOB, B, is_claimed=True)
    await give(accounts, await put(store, *verified(ANN, A), *verified(BOB, B), deactivated(ANN)))
    assert (await secrets.open_sessions(ANN), await secrets.open_sessions(BOB)) == (0, 2)
    assert await secrets.is_claimed(ANN, A)
    assert forgotten == []


async def test_of_a_forgotten_person_no_secret_and_no_mail_is_left(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets, forgotten: list[str]
) -> None:
    await secrets.join(ANN, A, is_claimed=True)
    await secrets.join(BOB, B, is_claimed=True)
    await give(accounts, await put(store, *verified(ANN, A), *verified(BOB, B), erased(ANN)))
    assert await secrets.credential(ANN) is None
    [key] = await secrets.subject_keys([ANN])
    assert (key.wrapped_key, key.erased_at is None) == (None, False)
    assert (await secrets.open_sessions(ANN), await secrets.open_sessions(BOB)) == (0, 2)
    assert set(forgotten) == {ANN}
    [kept] = await secrets.subject_keys([BOB])
    assert kept.wrapped_key == b"wrapped"


async def test_it_follows_a_person_from_one_event_to_the_next(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets
) -> None:
    await secrets.join(ANN, A)
    await give(accounts, await put(store, *verified(ANN, A)))
    await give(accounts, await put(store, changed(ANN, B)))
    assert await secrets.is_claimed(ANN, B)
    await give(accounts, await put(store, deactivated(ANN)))
    assert await secrets.open_sessions(ANN) == 0
    await give(accounts, await put(store, erased(ANN)))
    assert await secrets.credential(ANN) is None


async def test_redelivery_and_a_replay_of_the_whole_log_change_nothing(
    store: TroubledStore, secrets: TroubledSecrets, clock: SetClock, hire: Callable[[], AccountSecrets]
) -> None:
    for user_id, index in ((ANN, A), (BOB, B), (ADMIN, C)):
        await secrets.join(user_id, index)
    past = [*verified(ANN, A), changed(ANN, D), *verified(BOB, B), erased(BOB), *verified(ADMIN, C)]
    log = await put(store, *past, deactivated(ADMIN))
    accounts = hire()
    await give(accounts, log)
    content, head = await secrets.content(), await store.head()
    clock.pass_by(3_600)
    await give(accounts, log[3:])
    await give(hire(), await log_of(store))
    for envelope in log:
        await give(hire(), [envelope])
    assert await secrets.content() == content
    assert await store.head() == head


async def test_while_the_identity_store_is_away_it_waits_and_parks_nothing(
    store: TroubledStore, secrets: TroubledSecrets, accounts: AccountSecrets, counts: Counts
) -> None:
    await secrets.join(ANN, A, is_claimed=True)
    log = await put(store, *verified(ANN, A), erased(ANN))
    secrets.is_down = True
    for _ in range(3):
        with pytest.raises(Unavailable):
            await give(accounts, log)
    assert (await store.checkpoints("accounts"), await store.parked("accounts")) == ({}, [])
    assert counts.of("messages_parked", "accounts") == 0
    secrets.is_down = False
    await give(accounts, log)
    assert await secrets.credential(ANN) is None
    assert {each.topic for each in await store.checkpoints("accounts")} == {PEOPLE}


async def test_a_batch_whose_checkpoint_was_refused_is_done_again(
    store: TroubledStore, secrets: TroubledSecrets, hire: Callable[[], AccountSecrets]
) -> None:
    await secrets.join(ANN, A, is_claimed=True)
    log = await put(store, *verified(ANN, A), erased(ANN))
    store.refuse = once()
    with pytest.raises(Unavailable):
        await give(hire(), log)
    content = await secrets.content()
    await give(hire(), log)
    assert await secrets.content() == content


@pytest.mark.parametrize(
    ("history", "healed"),
    [
        (verified(ANN, A), (A, True, 2)),
        ([*verified(ANN, A), changed(ANN, B)], (B, True, 2)),
        ([*verified(ANN, A), deactivated(ANN)], (A, True, 0)),
        ([*verified(ANN, A), erased(ANN)], None),
    ],
    ids=["proven", "changed", "deactivated", "erased"],
)
async def test_a_crash_between_an_event_and_the_secrets_is_healed(
    store: TroubledStore,
    secrets: TroubledSecrets,
    hire: Callable[[], AccountSecrets],
    history: list[Event],
    healed: tuple[str, bool, int] | None,
) -> None:
    """The command API recorded the last event and died; only the log knows."""
    await secrets.join(ANN, A)
    *before, last = history
    await give(hire(), await put(store, *before))
    credential = await secrets.credential(ANN)
    assert credential
    assert (credential.address_index, credential.is_claimed, await secrets.open_sessions(ANN)) != healed
    await give(hire(), await put(store, last))
    credential = await secrets.credential(ANN)
    found = credential and (credential.address_index, credential.is_claimed, await secrets.open_sessions(ANN))
    assert found == healed

import asyncio
from collections.abc import AsyncIterator
from threading import Event

import argon2
import pytest

from identity.passwords import PasswordHasher, Verification
from schemas.errors import Unavailable

PASSWORD = "a lamp, a desk, a kettle"


@pytest.fixture
async def hasher() -> AsyncIterator[PasswordHasher]:
    made = PasswordHasher(memory=64, passes=1)
    yield made
    await made.close()


async def test_the_right_password_is_right_and_another_is_wrong(hasher: PasswordHasher) -> None:
    stored = await hasher.hash(PASSWORD)
    assert await hasher.verify(PASSWORD, stored) == Verification(is_right=True)
    assert await hasher.verify(PASSWORD.upper(), stored) == Verification(is_right=False)


async def test_nothing_is_right_where_no_hash_is(hasher: PasswordHasher) -> None:
    assert [await hasher.verify(each, None) for each in (PASSWORD, "")] == [Verification(is_right=False)] * 2


async def test_without_a_hash_the_same_work_is_done(hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = list[str]()
    verify = argon2.PasswordHasher.verify

    def recording(argon: argon2.PasswordHasher, stored: str, password: bytes) -> bool:
        compared.append(stored)
        return verify(argon, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", recording)
    stored = await hasher.hash(PASSWORD)
    await hasher.verify(PASSWORD, stored)
    await hasher.verify(PASSWORD, None)
    real, nobodys = (each.split("$") for each in compared)
    assert (real[:4], [len(each) for each in real]) == (nobodys[:4], [len(each) for each in nobodys])
    assert real[4:] != nobodys[4:]


async def test_the_same_password_never_has_the_same_hash(hasher: PasswordHasher) -> None:
    assert await hasher.hash(PASSWORD) != await hasher.hash(PASSWORD)


async def test_a_hash_of_other_parameters_is_verified_and_replaced(hasher: PasswordHasher) -> None:
    stronger = PasswordHasher(memory=128, passes=1)
    stored = await hasher.hash(PASSWORD)
    is_right, new = await stronger.verify(PASSWORD, stored)
    assert is_right
    assert new
    assert "m=128,t=1,p=1" in new
    assert await stronger.verify(PASSWORD, new) == Verification(is_right=True)
    assert await stronger.verify("wrong", stored) == Verification(is_right=False)
    await stronger.close()


async def test_by_default_a_hash_has_the_parameters_of_the_measures() -> None:
    hasher = PasswordHasher()
    assert (await hasher.hash(PASSWORD)).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await hasher.close()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("cafe\u0301 au lait", "caf\u00e9 au lait"), ("\u212bngstr\u00f6m 12345", "\u00c5ngstro\u0308m 12345")],
)
async def test_a_password_is_the_same_however_its_letters_are_composed(
    hasher: PasswordHasher, typed: str, stored: str
) -> None:
    assert await hasher.verify(typed, await hasher.hash(stored)) == Verification(is_right=True)


@pytest.mark.parametrize("text", ["x" * 129, "x" * 65_536, "x" * 128 + "\0too long", "\ud800" * 20, "", "\0"])
async def test_what_was_never_accepted_is_only_wrong(hasher: PasswordHasher, text: str) -> None:
    assert await hasher.verify(text, await hasher.hash("x" * 128)) == Verification(is_right=False)


async def test_a_hash_that_cannot_be_read_is_a_fault_of_ours_and_not_repeated(hasher: PasswordHasher) -> None:
    with pytest.raises(Unavailable) as fault:
        await hasher.verify(PASSWORD, "$argon2id$broken")
    assert "broken" not in str(fault.value)


async def test_more_than_may_wait_are_refused_and_the_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher, may_go = PasswordHasher(threads=1, waiting=2, memory=64, passes=1), Event()
    stored = await hasher.hash(PASSWORD)
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(argon2.PasswordHasher, "verify", lambda *args: may_go.wait() and verify(*args))
    running = [asyncio.ensure_future(hasher.verify(PASSWORD, stored)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="too many passwords"):
        await hasher.verify(PASSWORD, stored)
    running[2].cancel()  # its place is free again
    await asyncio.wait(running[2:])
    running[2] = asyncio.ensure_future(hasher.verify(PASSWORD, stored))
    await asyncio.sleep(0)
    may_go.set()
    assert await asyncio.gather(*running) == [Verification(is_right=True)] * 3
    await hasher.close()

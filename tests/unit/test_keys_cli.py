"""`aioutlet keys`, on the data folder of an embedded shop."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.components import now
from aioutlet.identity_parts import open_identity
from aioutlet.settings import read
from schemas.sealed import Sealed

NEW = "the new master key of the tests, 32 bytes"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("AIOUTLET_STORE", "AIOUTLET_MASTER_KEY", "AIOUTLET_OLD_MASTER_KEY", "AIOUTLET_TOKEN_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "data"


def aioutlet(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_a_new_signing_key_is_named_and_the_one_before_stays_for_a_while() -> None:
    first, second = aioutlet("keys", "rotate"), aioutlet("keys", "rotate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    newest, before = asyncio.run(_signing_keys())
    assert [result.output.split()[-1] for result in (second, first)] == [newest, before]


def test_a_new_master_key_takes_the_place_of_the_old_one(monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> None:
    sealed = asyncio.run(_sealed("12 High Street"))
    monkeypatch.setenv("AIOUTLET_OLD_MASTER_KEY", (own_folder / "master.key").read_text())
    monkeypatch.setenv("AIOUTLET_MASTER_KEY", NEW)
    result = aioutlet("keys", "rewrap")
    assert result.exit_code == 0, result.output
    assert "2 keys wrapped by the new master key" in result.output
    assert "0 keys wrapped" in aioutlet("keys", "rewrap").output
    monkeypatch.delenv("AIOUTLET_OLD_MASTER_KEY")
    assert asyncio.run(_opened(sealed)) == ["12 High Street"]


def test_without_the_old_master_key_it_says_what_to_set() -> None:
    result = aioutlet("keys", "rewrap")
    assert result.exit_code == 2
    assert "AIOUTLET_OLD_MASTER_KEY: set it to" in result.output


def test_under_a_wrong_master_key_it_says_so_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = asyncio.run(_sealed("x"))
    monkeypatch.setenv("AIOUTLET_MASTER_KEY", NEW)
    for words in (("keys", "rotate"), ("keys", "rewrap")):
        monkeypatch.setenv("AIOUTLET_OLD_MASTER_KEY", NEW[::-1])
        result = aioutlet(*words)
        assert (result.exit_code, result.output.count("\n")) == (2, 1)
        assert "AIOUTLET_MASTER_KEY: a key was wrapped by another master key" in result.output
        assert NEW not in result.output
    monkeypatch.delenv("AIOUTLET_MASTER_KEY")
    monkeypatch.delenv("AIOUTLET_OLD_MASTER_KEY")
    assert asyncio.run(_opened(sealed)) == ["x"]


async def _signing_keys() -> list[str]:
    async with open_identity(read()) as identity:
        return [key.kid for key in await identity.store.token_keys(at=now())]


async def _sealed(text: str) -> Sealed:
    async with open_identity(read()) as identity:
        await identity.sealer.prepare(["ann"])
        return identity.sealer.seal("ann", text)


async def _opened(sealed: Sealed) -> list[str | None]:
    async with open_identity(read()) as identity:
        return await identity.sealer.open_all([sealed])

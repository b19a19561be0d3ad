"""The embedded shop's own secrets: made once, kept to oneself, replaced by what settings say."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aioutlet.keys import MASTER_KEY_FILE, TOKEN_SECRET_FILE, master_key, token_secret
from aioutlet.settings import Settings
from identity.sealing import Sealer
from identity.tokens import TokenIssuer, TokenVerifier

GIVEN = "a secret that was given, long enough"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "shop", token_secret=None, master_key=None)


@pytest.mark.parametrize(("make", "name"), [(token_secret, TOKEN_SECRET_FILE), (master_key, MASTER_KEY_FILE)])
def test_a_secret_is_made_once_and_kept(settings: Settings, make: Callable[[Settings], str | bytes], name: str) -> None:
    assert make(settings) == make(settings)
    assert [path.name for path in settings.data.iterdir()] == [name]


@pytest.mark.parametrize(("make", "name"), [(token_secret, TOKEN_SECRET_FILE), (master_key, MASTER_KEY_FILE)])
def test_nobody_else_may_read_it(settings: Settings, make: Callable[[Settings], object], name: str) -> None:
    make(settings)
    assert (settings.data / name).stat().st_mode & 0o777 == 0o600


def test_no_two_secrets_are_alike(settings: Settings, tmp_path: Path) -> None:
    other = settings.model_copy(update={"data": tmp_path / "another shop"})
    made = {token_secret(settings), token_secret(other), master_key(settings).decode(), master_key(other).decode()}
    assert len(made) == 4


def test_what_is_made_is_good_enough_for_those_who_use_it(settings: Settings) -> None:
    token = TokenIssuer(token_secret(settings)).issue("ann")
    assert TokenVerifier(token_secret(settings)).verify(token).id == "ann"
    sealer = Sealer(master_key(settings))
    assert Sealer(master_key(settings)).open(sealer.seal("ann", "12 High Street")) == "12 High Street"


def test_a_secret_that_was_given_is_used_and_none_is_kept(settings: Settings) -> None:
    given = settings.model_copy(update={"token_secret": GIVEN, "master_key": GIVEN})
    assert (token_secret(given), master_key(given)) == (GIVEN, GIVEN.encode())
    assert not given.data.exists()


def test_a_draft_left_by_a_crash_is_no_secret(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / "token.new").write_text("half")
    made = token_secret(settings)
    assert len(made) >= 32
    assert token_secret(settings) == made


def test_a_newline_at_the_end_is_not_part_of_it(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / TOKEN_SECRET_FILE).write_text(f"{GIVEN}\n")
    assert token_secret(settings) == GIVEN

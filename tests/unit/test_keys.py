"""The embedded shop's own secrets: made once, kept to oneself, replaced by what settings say."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from aioutlet.data_folder import LOG_KEY, MASTER_KEY, TOKEN_SECRET, UnusableFolder
from aioutlet.keys import log_key, master_key, token_secret
from aioutlet.settings import Settings
from identity.master_key import MasterKey
from identity.tokens import TokenIssuer, TokenVerifier

GIVEN = "a secret that was given, long enough"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "shop", token_secret=None, master_key=None)


@pytest.mark.parametrize(("make", "name"), [(token_secret, TOKEN_SECRET), (master_key, MASTER_KEY), (log_key, LOG_KEY)])
def test_a_secret_is_made_once_and_kept(settings: Settings, make: Callable[[Settings], str | bytes], name: str) -> None:
    assert make(settings) == make(settings)
    assert [path.name for path in settings.data.iterdir()] == [name]


@pytest.mark.parametrize(("make", "name"), [(token_secret, TOKEN_SECRET), (master_key, MASTER_KEY), (log_key, LOG_KEY)])
def test_nobody_else_may_read_it(settings: Settings, make: Callable[[Settings], object], name: str) -> None:
    make(settings)
    assert (settings.data / name).stat().st_mode & 0o777 == 0o600


def test_no_two_secrets_are_alike(settings: Settings, tmp_path: Path) -> None:
    other = settings.model_copy(update={"data": tmp_path / "another shop"})
    made = {token_secret(settings), token_secret(other), master_key(settings).decode(), master_key(other).decode()}
    assert len(made) == 4


async def test_what_is_made_is_good_enough_for_those_who_use_it(settings: Settings) -> None:
    token = TokenIssuer(token_secret(settings)).issue("ann")
    assert (await TokenVerifier(token_secret(settings)).verify(token)).actor.id == "ann"
    assert MasterKey(master_key(settings)).unwrap("k", MasterKey(master_key(settings)).wrap("k", b"x")) == b"x"


def test_a_secret_that_was_given_is_used_and_none_is_kept(settings: Settings) -> None:
    given = settings.model_copy(update={"token_secret": GIVEN, "master_key": GIVEN, "log_key": GIVEN})
    assert (token_secret(given), master_key(given), log_key(given)) == (GIVEN, GIVEN.encode(), GIVEN.encode())
    assert not given.data.exists()


def test_a_draft_left_by_a_crash_is_no_secret(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / "token.new").write_text("half")
    made = token_secret(settings)
    assert len(made) >= 32
    assert token_secret(settings) == made


def test_a_newline_at_the_end_is_not_part_of_it(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / TOKEN_SECRET).write_text(f"{GIVEN}\n")
    assert token_secret(settings) == GIVEN


RACE = """
import sys
from pathlib import Path
from aioutlet.keys import log_key, master_key, token_secret
from aioutlet.settings import Settings
for line in sys.stdin:
    settings = Settings(data=Path(line.strip()), token_secret=None, master_key=None)
    print(token_secret(settings), master_key(settings).decode(), flush=True)
"""
PROCESSES, FOLDERS = 4, 30


def test_processes_that_start_at_once_on_a_new_folder_make_one_key(tmp_path: Path) -> None:
    """Each is told of the next folder at the same time as the others, and must use what stays in it."""
    command = [sys.executable, "-c", RACE]
    with ExitStack() as stack:
        racers = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in range(PROCESSES)
        ]
        for number in range(FOLDERS):
            data = tmp_path / str(number)
            for racer in racers:
                assert racer.stdin
                racer.stdin.write(f"{data}\n")
                racer.stdin.flush()
            used = {racer.stdout.readline().strip() for racer in racers if racer.stdout}
            kept = f"{(data / TOKEN_SECRET).read_text()} {(data / MASTER_KEY).read_text()}"
            assert used == {kept}
            assert {path.name for path in data.iterdir()} == {TOKEN_SECRET, MASTER_KEY}
        for racer in racers:
            racer.terminate()


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64, b"a" * 40 + b"\0" + b"a" * 40])
@pytest.mark.parametrize(("make", "name"), [(token_secret, TOKEN_SECRET), (master_key, MASTER_KEY), (log_key, LOG_KEY)])
def test_a_file_that_holds_no_secret_is_refused_and_kept(
    settings: Settings, make: Callable[[Settings], object], name: str, content: bytes
) -> None:
    settings.data.mkdir()
    (settings.data / name).write_bytes(content)
    with pytest.raises(UnusableFolder, match=rf"^AIOUTLET_DATA: .*{name} is no secret of 32 or more"):
        make(settings)
    assert (settings.data / name).read_bytes() == content

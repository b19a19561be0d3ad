"""A setting or file that cannot be used: one line names it and says what helps, and the exit code is 2."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.data_folder import BOOKS, DOCUMENTS, IDENTITY, LOG, LOG_KEY, MASTER_KEY, TOKEN_SECRET
from aioutlet.settings import Settings

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines go where the tests want them, and nothing is said by the environment."""
    monkeypatch.setattr("edge.logging.configure", lambda *_, **__: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AIOUTLET_{name.upper()}", raising=False)


def environment_of(**settings: object) -> dict[str, str]:
    """These settings, and any free port: tests of other processes start shops at the same time."""
    free = {f"{service}_PORT": 0 for service in ("BFF", "COMMAND", "QUERY", "HEALTH")}
    return {f"AIOUTLET_{name}": str(value) for name, value in (free | settings).items()}


def aioutlet(*words: str, **settings: object) -> Result:
    """What a command that cannot start says."""
    environment = environment_of(**{"DEMO": "false", "LOG_LEVEL": "WARNING"} | settings)
    with capture_logs():
        return CliRunner().invoke(app, words, env=environment)


def said(*words: str, **settings: object) -> str:
    """Its one line."""
    result = aioutlet(*words, **settings)
    lines = result.output.splitlines()
    assert result.exit_code == 2, (result.output, result.exception)
    assert len(lines) == 1, result.output
    return lines[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", ""),
        ("HOST", " "),
        ("HOST", "a b"),
        ("HOST", "http://localhost"),
        ("HOST", "127.0.0.1:8000"),
        ("HOST", "no.such.host.invalid"),
        ("HOST", "192.0.2.1"),
        ("HOST", "[::1"),
        ("DATA", ""),
        ("DATA", "  "),
        ("PROVIDER_BOOKS", ""),
        ("CONNECTIONS", "0"),
        ("HEADER_TIMEOUT", "0"),
        ("BODY_TIMEOUT", "-1"),
        ("IDLE_TIMEOUT", "never"),
        ("LOG_LEVEL", "LOUD"),
        ("COMMAND_PORT", "70000"),
    ],
)
def test_a_setting_is_named_with_its_value_and_what_helps(tmp_path: Path, name: str, value: str) -> None:
    line = said("run", **{"DATA": tmp_path / "var"} | {name: value})
    assert line.startswith(f"AIOUTLET_{name}: ") or f"set AIOUTLET_{name} to another" in line
    assert value.strip() in line
    assert "; " in line
    assert not (tmp_path / "var").exists() or name == "HOST"


@pytest.mark.parametrize(
    "words", [("run",), *(("service", name) for name in ("command-api", "query-api", "saga", "inventory", "deadlines"))]
)
@pytest.mark.parametrize("settings", [{"SHIPPING_DEADLINE": 1_000}, {"RESERVATION": 45}], ids=str)
def test_settings_that_contradict_each_other_are_named_with_their_values(
    tmp_path: Path, words: tuple[str, ...], settings: dict[str, int]
) -> None:
    line = said(*words, **REST | {"DATA": tmp_path / "var"} | settings)
    assert line.startswith("AIOUTLET_SHIPPING_DEADLINE: ")
    assert "AIOUTLET_RESERVATION is " in line
    for value in settings.values():
        assert f" {value}.0" in line
    assert "; lower the first, or raise the second" in line
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("name", [LOG, DOCUMENTS, IDENTITY])
def test_books_are_not_kept_in_a_database_of_the_shop(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path / name)
    for path in (tmp_path / name, tmp_path / "." / name, tmp_path / "link"):
        line = said("run", DATA=tmp_path, PROVIDER_BOOKS=path)
        assert line == f"AIOUTLET_PROVIDER_BOOKS: '{path}' is a database of the shop; name another file"


def a_file(path: Path) -> None:
    path.write_text("a diary")


def no_place(path: Path) -> None:
    """A folder in which nothing can be made, whoever tries."""
    path.symlink_to("/proc/self")


@pytest.mark.parametrize("make", [a_file, no_place])
@pytest.mark.parametrize("below", ["", "shop"])
@pytest.mark.parametrize("command", ["run", "token"])
def test_a_data_folder_that_cannot_be_used_is_named(
    tmp_path: Path, make: Callable[[Path], None], below: str, command: str
) -> None:
    make(tmp_path / "var")
    data = tmp_path / "var" / below
    line = said(command, DATA=data)
    assert line.startswith(f"AIOUTLET_DATA: '{data}' cannot be used (")
    assert line.endswith("; name a folder that this user may write to")


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(20_000))


def a_folder(path: Path) -> None:
    path.mkdir()


def a_torn_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a TEXT)")
        connection.executemany("INSERT INTO t VALUES (?)", [("a" * 500,)] * 100)
    content = path.read_bytes()
    path.write_bytes(content[:8_192] + os.urandom(len(content) - 8_192))


@pytest.mark.parametrize("make", [garbage, a_folder, a_torn_database])
@pytest.mark.parametrize("name", [LOG, DOCUMENTS, BOOKS, IDENTITY])
def test_a_database_that_is_none_is_named(tmp_path: Path, make: Callable[[Path], None], name: str) -> None:
    make(tmp_path / name)
    command = [sys.executable, "-m", "aioutlet", "run"]
    environment = os.environ | environment_of(DATA=tmp_path, LOG_LEVEL="WARNING")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert done.stderr.startswith("AIOUTLET_PROVIDER_BOOKS: " if name == BOOKS else "AIOUTLET_DATA: ")
    assert str(tmp_path / name) in done.stderr
    assert ("remove that file" if name == DOCUMENTS else "backup") in done.stderr


def empty(path: Path) -> None:
    path.touch()


def short(path: Path) -> None:
    path.write_text("hunter2-hunter2")


@pytest.mark.parametrize("make", [empty, short, garbage, a_folder])
@pytest.mark.parametrize(
    ("name", "commands"), [(TOKEN_SECRET, ("run", "token")), (MASTER_KEY, ("run",)), (LOG_KEY, ("run",))]
)
def test_a_secret_that_is_none_is_named_and_not_shown(
    tmp_path: Path, make: Callable[[Path], None], name: str, commands: tuple[str, ...]
) -> None:
    make(tmp_path / name)
    for command in commands:
        line = said(command, DATA=tmp_path)
        assert line.startswith("AIOUTLET_DATA: ")
        assert str(tmp_path / name) in line
        assert "hunter2" not in line


def test_what_a_shop_leaves_only_its_owner_may_read(tmp_path: Path) -> None:
    """Also where an earlier release, or another umask, left it open."""
    data = tmp_path / "var"
    data.mkdir(mode=0o755)
    (data / LOG).touch(mode=0o644)
    os.umask(os.umask(0o022))
    with subprocess.Popen(
        [sys.executable, "-m", "aioutlet", "run"],
        env=os.environ | environment_of(DATA=data),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as shop:
        assert shop.stdout
        for line in shop.stdout:
            if line.strip().startswith("Stop "):
                break
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.rglob("*"))}
        shop.terminate()
    assert {LOG, DOCUMENTS, TOKEN_SECRET, MASTER_KEY, "shop.json", "demo.loaded"} <= {path.name for path in modes}
    assert {path.name: oct(mode) for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def test_a_folder_that_others_share_keeps_its_rights(tmp_path: Path) -> None:
    for name, mode in (("with a neighbour", 0o755), ("sticky", 0o1777)):
        data = tmp_path / name
        data.mkdir()
        data.chmod(mode)
        if name == "with a neighbour":
            (data / "diary.txt").touch()
        assert aioutlet("token", DATA=data).exit_code == 0
        assert stat.S_IMODE(data.stat().st_mode) == mode
        assert stat.S_IMODE((data / TOKEN_SECRET).stat().st_mode) == 0o600


PASSWORD = "hunter2"
WRONG = [
    "{scheme}://shop:hunter2%@localhost/shop",
    "{scheme}://shop:%hunter2@localhost/shop",
    "{scheme}://shop:hunter2%zz@localhost/shop",
    "{scheme}://shop:a@hunter2@localhost/shop",
    "{scheme}://shop:a/hunter2@localhost/shop",
    "{scheme}://shop:a?hunter2@localhost/shop",
    "{scheme}://shop:a#hunter2@localhost/shop",
    "{scheme}://shop:1/hunter2@localhost/shop",
    "{scheme}://shop:a:hunter2/b@localhost/shop",
    "{scheme}://shop:hunter2@local host/shop",
    "{scheme}://shop:hunter2@localhost:port/shop",
    "{scheme}://shop:hunter2@[::1/shop",
    "{scheme}//shop:hunter2@localhost/shop",
    "hunter2",
]
UNREACHABLE = "{scheme}://shop:hunter2@127.0.0.1:1/shop"
UNKNOWN = "{scheme}://shop:hunter2@127.0.0.1:1/shop?hunter2=hunter2"
SERVED = {"STORE": "postgresql", "DOCUMENTS": "mongodb"}
REST = {
    "STORE": "postgresql://shop:hunter2@127.0.0.1:1/shop",
    "DOCUMENTS": "mongodb://shop:hunter2@127.0.0.1:1/shop?serverSelectionTimeoutMS=100",
    "BROKER": "kafka://127.0.0.1:1",
    "TOKEN_SECRET": f"hunter2{SECRET}",
    "MASTER_KEY": f"hunter2{SECRET}",
}


@pytest.mark.parametrize("address", WRONG)
def test_an_address_that_is_none_is_named_without_its_password(address: str) -> None:
    for name, scheme in SERVED.items():
        for words in (("migrate",), ("topics",), ("service", "relay"), ("service", "query-api")):
            line = said(*words, **REST | {name: address.format(scheme=scheme)})
            assert line.startswith(f"AIOUTLET_{name}: ")
            assert PASSWORD not in line


@pytest.mark.parametrize(
    "words",
    [
        ("migrate",),
        *(("service", name) for name in ("command-api", "relay", "saga", "projectors", "deadlines")),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("address", [UNREACHABLE, UNKNOWN])
def test_a_part_that_does_not_answer_is_named_without_its_password(words: tuple[str, ...], address: str) -> None:
    line = said(*words, **REST | {"STORE": address.format(scheme="postgresql")})
    assert PASSWORD not in line
    assert "AIOUTLET_STORE" in line


@pytest.mark.parametrize("name", ["relay", "saga", "projectors"])
def test_a_broker_that_is_away_is_named(database: str, tmp_path: Path, name: str) -> None:
    settings = REST | {"STORE": database, "DATA": tmp_path / "var", "HEALTH_PORT": 0}
    environment = os.environ | {f"AIOUTLET_{name}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "aioutlet", "service", name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    *logged, line = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert line.startswith("AIOUTLET_BROKER: Kafka cannot be opened (KafkaConnectionError); ")
    assert all('"logger":"aiokafka"' in each for each in logged)
    assert PASSWORD not in done.stderr

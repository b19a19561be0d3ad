"""Starting where one cannot: the message says why, and which setting helps."""

import asyncio
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from aioutlet.data_folder import DOCUMENTS, LOCK
from aioutlet.http_server import listening
from aioutlet.listeners import CannotListen

HERE = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.socket() as somebody:
        somebody.bind((HERE, 0))
        somebody.listen()
        yield somebody.getsockname()[1]


async def started(data: Path, **settings: object) -> tuple[int | None, str]:
    """The exit code of a shop that cannot start, and what it said."""
    free = {"BFF_PORT": 0, "COMMAND_PORT": 0, "QUERY_PORT": 0, "DEMO": "false", "DATA": data, "LOG_LEVEL": "WARNING"}
    environment = os.environ | {f"AIOUTLET_{name}": str(value) for name, value in (free | settings).items()}
    shop = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aioutlet", "run", env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await shop.communicate()
    return shop.returncode, said.decode()


async def test_a_port_that_is_taken_is_named_with_the_setting_that_helps(tmp_path: Path, taken: int) -> None:
    ports = ("BFF_PORT", "COMMAND_PORT", "QUERY_PORT")
    ends = await asyncio.gather(*(started(tmp_path / port, **{port: taken}) for port in ports))
    for port, (code, said) in zip(ports, ends, strict=True):
        assert code == 2
        assert f"{HERE}:{taken} cannot be listened on" in said
        assert f"set AIOUTLET_{port} to another" in said
        assert "Traceback" not in said


async def test_two_shops_do_not_share_a_folder(tmp_path: Path) -> None:
    with (tmp_path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, said = await started(tmp_path)
    assert code == 2
    assert f"a shop is running in {tmp_path} already; set AIOUTLET_DATA to another" in said
    assert "Traceback" not in said


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """A data folder in which the documents' file is something else."""
    (tmp_path / DOCUMENTS).write_text("Dear diary, " * 100)
    return tmp_path


async def test_documents_that_cannot_be_opened_are_named_with_the_cause(diary: Path) -> None:
    code, said = await started(diary)
    assert code == 2
    assert said.startswith(f"AIOUTLET_DATA: no document server on {diary / DOCUMENTS}: file is not a database; remove")
    assert said.count("\n") == 1


async def test_a_door_on_port_nought_says_where_it_is_and_closes_behind_itself() -> None:
    async with listening(PlainTextResponse("here"), host=HERE, port=0, setting="X") as url, httpx.AsyncClient() as web:
        assert (await web.get(url)).text == "here"
        port = httpx.URL(url).port
        assert port
    async with listening(PlainTextResponse("again"), host=HERE, port=port, setting="X") as same:
        assert same == url


@pytest.mark.parametrize(("host", "shown"), [("::1", "[::1]"), ("127.0.0.1", "127.0.0.1"), ("localhost", "localhost")])
async def test_an_address_is_printed_as_urls_have_it(host: str, shown: str) -> None:
    async with listening(PlainTextResponse("here"), host=host, port=0, setting="X") as url, httpx.AsyncClient() as web:
        assert url.startswith(f"http://{shown}:")
        assert (await web.get(url)).text == "here"


async def test_a_door_on_a_port_that_is_taken_does_not_open(taken: int) -> None:
    with pytest.raises(CannotListen, match=f"{HERE}:{taken} .*; set AIOUTLET_X to another"):
        async with listening(PlainTextResponse("never"), host=HERE, port=taken, setting="AIOUTLET_X"):
            raise AssertionError("it opened")

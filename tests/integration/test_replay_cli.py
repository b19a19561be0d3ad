"""`aioutlet replay` on a log in a file: what it writes, what it refuses, and that it goes on after it was killed."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.data_folder import LOG
from event_store.records import AppendRequest
from event_store.sqlite.store import sqlite_store
from schemas.message import Event
from tests.examples import EXAMPLES
from tests.histories import COMPLETED, events, recorded
from tests.services.waiting import STUCK_AFTER, until
from tests.trading import SetTime
from tests.unit.streams.fakes import order_id

ORDERS = 300


async def keep(log: Path, told: list[Event]) -> None:
    """Record half of these events, and the others an hour later."""
    clock, envelopes = SetTime(), recorded(told)
    store, half = sqlite_store(log, clock=clock), len(envelopes) // 2
    await store.append(AppendRequest(events=tuple(envelopes[:half])))
    clock.now += timedelta(hours=1)
    await store.append(AppendRequest(events=tuple(envelopes[half:])))
    await store.close()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a shop that is closed, with an event of every type."""
    for name in ("STORE", "BROKER"):
        monkeypatch.delenv(f"AIOUTLET_{name}", raising=False)
    data = tmp_path / "var"
    data.mkdir()
    monkeypatch.setenv("AIOUTLET_DATA", str(data))
    asyncio.run(keep(data / LOG, list(EXAMPLES.values())))
    return data


@pytest.fixture
def busy(data: Path) -> int:
    """The same, with many orders; how many events there are."""
    names = [name for name in COMPLETED if not name.startswith("inventory.")]
    told = [each for number in range(ORDERS) for each in events(*names, order_id=order_id(number))]
    log = data / "busy.sqlite"
    asyncio.run(keep(log, told))
    log.replace(data / LOG)
    return len(told)


def replay(*words: object) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, words)])


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_whole_log_is_one_short_line_an_event(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    done = replay()
    assert done.exit_code == 0, done.output
    shown = done.stdout.splitlines()
    assert len(shown) == len(EXAMPLES)
    assert max(map(len, shown)) <= 80
    assert f"{len(EXAMPLES)} events in" in done.stderr


def test_a_selection_is_written_as_json_lines(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    done = replay(path, "--category", "order", "--first", 20)
    assert done.exit_code == 0, done.output
    written = lines(path)
    assert written
    assert {str(line["stream"]).partition("-")[0] for line in written} == {"order"}
    assert [path] == list(tmp_path.glob("orders*"))
    piped = replay("-", "--category", "order", "--first", 20)
    assert piped.stdout == path.read_text()


def test_a_parquet_file_has_the_same_events_and_nothing_opened(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    done = replay(path)
    assert done.exit_code == 0, done.output
    assert list(tmp_path.glob("log*")) == [path]
    rows = duckdb.connect().execute(f"SELECT position, type, data, actor_id FROM '{path}'").fetchall()
    assert [row[:2] for row in rows] == [(number, name) for number, name in enumerate(EXAMPLES, 1)]
    address = next(json.loads(row[2])["shippingAddress"] for row in rows if row[1] == "order.created")
    assert address["sealed"] == 1
    assert {row[3] for row in rows} == {"aioutlet"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--type", "order.crated"), "no event has the type order.crated"),
        (("--since", "yesterday"), "yesterday is no time"),
        (("out.csv",), "name it .jsonl or .parquet"),
        (("kafka:mine",), "AIOUTLET_BROKER"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_helps(data: Path, words: tuple[str, ...], why: str) -> None:
    refused = replay(*words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert why in refused.stderr


def test_a_file_that_is_there_is_never_written_over(data: Path, tmp_path: Path) -> None:
    for name in ("log.jsonl", "log.parquet"):
        path = tmp_path / name
        assert replay(path).exit_code == 0
        before = path.read_bytes()
        assert replay(path).exit_code == 2
        assert path.read_bytes() == before


def test_where_there_is_no_shop_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path / "none"))
    monkeypatch.delenv("AIOUTLET_STORE", raising=False)
    refused = replay(tmp_path / "log.jsonl")
    assert (refused.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "make run" in refused.stderr


AS_AT_A_TERMINAL = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("aioutlet", run_name="__main__")
"""
"""What is started in the background of a script ignores an interrupt, and so does all that it starts."""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_a_replay_that_was_stopped_goes_on_with_no_event_twice_or_missing(
    data: Path, busy: int, tmp_path: Path, how: signal.Signals, name: str
) -> None:
    path = tmp_path / name
    growing = path if path.suffix == ".jsonl" else path.with_name(f"{name}.jsonl")
    as_it_happened = (sys.executable, "-c", AS_AT_A_TERMINAL, "replay", str(path), "--speed", "1")
    with subprocess.Popen(as_it_happened, env=os.environ, stderr=subprocess.PIPE, text=True) as process:
        assert until(lambda: growing.exists() and growing.stat().st_size > 0, timeout=STUCK_AFTER)
        process.send_signal(how)
        _, said = process.communicate(timeout=STUCK_AFTER)
    assert process.returncode == (-how if how is signal.SIGKILL else 130)
    assert 0 < growing.read_bytes().count(b"\n") <= busy // 2
    assert how is signal.SIGKILL or "the same command goes on from there" in said
    with growing.open("ab") as file:
        file.write(b'{"position":9999,"stre')
    done = replay(path)
    assert done.exit_code == 0, done.output
    assert "taken up after position" in done.stderr
    found = duckdb.connect().execute(f"SELECT list(position) FROM '{path}'").fetchall()[0][0]
    assert found == list(range(1, busy + 1))


def test_a_replay_of_the_whole_log_changes_nothing_in_its_store(data: Path, tmp_path: Path) -> None:
    """No event, timer, parked message or checkpoint: nothing from which an agent could begin to act."""
    with closing(sqlite3.connect(data / LOG)) as log:
        before = list(log.iterdump())
    for target in ((), ("-",), (tmp_path / "log.jsonl",), (tmp_path / "log.parquet",)):
        assert replay(*target).exit_code == 0
    assert CliRunner().invoke(app, ["sql", "select count(*) from events"]).exit_code == 0
    with closing(sqlite3.connect(data / LOG)) as log:
        assert list(log.iterdump()) == before


def test_a_replay_imports_nothing_that_acts() -> None:
    code = (
        "import sys, aioutlet.replay.run_replay, aioutlet.analytics.asking, history.replay.parquet; print(*sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    acting = {"command_api", "identity", "subscriptions", "faust", "aiosmtplib"}
    assert {name.partition(".")[0] for name in found}.isdisjoint(acting)
    assert {name for name in found if name.startswith("streams.")} <= {
        "streams.mail", "streams.mail.smtp", "streams.mail.transport",
    }  # fmt: skip

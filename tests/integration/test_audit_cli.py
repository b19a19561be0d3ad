"""`aioutlet audit` on a log in a file: the key, proofs, exports, and what it says of a log that was changed."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.data_folder import LOG, LOG_KEY, TREE
from aioutlet.keys import log_key, old_log_key
from aioutlet.settings import read
from aioutlet.tree import open_tree
from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from history.proof.signer import LogSigner
from history.proof.tree_folder import TreeFolder
from history.proof.tree_store import TreeStore
from history.verifier.verify_log import main
from schemas.order import OrderNumberClaimed
from schemas.stream_names import order_number_stream
from tests.contract.history.story import append, by, wrap
from tests.services.s3 import S3
from tests.services.waiting import STUCK_AFTER

SECRET = "a secret of a signer of the tests"
NUMBER = "ORD-20260301-4F7QK"


async def sell(log: Path, tree: TreeStore) -> None:
    """Five events, all of them signed."""
    store = sqlite_store(log)
    await append(store, wrap("order-1", by("place", "c-1")))
    claimed = OrderNumberClaimed(order_id="1", order_number=NUMBER)
    await append(store, wrap(order_number_stream(NUMBER), by("claim", "c-1"), claimed))
    for number in range(2, 5):
        await append(store, wrap(f"order-{number}", by(f"place-{number}", f"c-{number}")))
    await sign(store, tree, SECRET.encode(), until=5)
    await store.close()


async def sell_more(data: Path, after: int) -> None:
    """One event more, signed as the shop signs."""
    store, settings = sqlite_store(data / LOG), read()
    await append(store, wrap(f"order-{after}", by(f"place-{after}", f"c-{after}")))
    await sign(store, open_tree(settings), log_key(settings), old_secret=old_log_key(settings), until=after + 1)
    await store.close()


async def sign(
    store: EventStore, tree: TreeStore, secret: bytes, *, old_secret: bytes | None = None, until: int
) -> None:
    """Let a signer sign up to a position."""
    is_signed = asyncio.Event()

    def signed(position: int) -> None:
        if position >= until:
            is_signed.set()

    running = asyncio.create_task(LogSigner(store, tree, secret, old_secret=old_secret, signed=signed).run())
    async with asyncio.timeout(STUCK_AFTER):
        await is_signed.wait()
    running.cancel()
    await asyncio.wait([running])


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a shop that has its keys and nothing else."""
    for name in ("STORE", "TREE", "LOG_KEY"):
        monkeypatch.delenv(f"AIOUTLET_{name}", raising=False)
    data = tmp_path / "var"
    data.mkdir()
    monkeypatch.setenv("AIOUTLET_DATA", str(data))
    (data / LOG_KEY).write_text(SECRET)
    return data


@pytest.fixture
def data(new: Path) -> Path:
    """The data folder of a shop that is closed."""
    asyncio.run(sell(new / LOG, TreeFolder(new / TREE)))
    return new


def audit(*words: str) -> Result:
    return CliRunner().invoke(app, ["audit", *words])


def told(*words: str) -> str:
    result = audit(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_key_is_the_one_that_the_heads_are_signed_with(data: Path) -> None:
    assert told("key").split() == TreeFolder(data / TREE).keys()


@pytest.mark.parametrize("how", ["position", "id", "number"])
def test_an_event_is_proved_by_its_position_its_id_and_the_number_of_its_order(
    data: Path, tmp_path: Path, how: str
) -> None:
    first = json.loads(told("prove", "1"))
    with closing(sqlite3.connect(data / LOG)) as log:
        (state,) = log.execute("SELECT state FROM stored_events WHERE rowid = 1").fetchone()
    named = {"position": "1", "id": json.loads(state)["id"], "number": NUMBER}[how]
    proof = told("prove", named)
    assert json.loads(proof) == first
    (tmp_path / "proof.json").write_text(proof)
    assert main([told("key"), str(tmp_path / "proof.json")]) == 0


@pytest.mark.parametrize("event", ["6", "0", "ORD-20260301-00000", "019a0000-0000-7000-8000-000000000000", "nothing"])
def test_what_the_log_does_not_have_is_not_proved(data: Path, event: str) -> None:
    result = audit("prove", event)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the log has no" in result.stderr


def test_an_export_is_verified_and_never_written_over_anything(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "exported"
    assert told("export", str(folder)) == f"5 events written to {folder}\n"
    assert {path.name for path in folder.iterdir()} == {"events.jsonl", "hashes-0", "heads", "key", "verify_log.py"}
    assert main([told("key"), str(folder)]) == 0
    assert main([told("key"), str(folder), str(data / TREE)]) == 0
    assert audit("export", str(folder)).exit_code == 2


def test_a_log_that_agrees_and_one_that_was_changed(data: Path) -> None:
    assert told("verify") == "5 events beside 1 signed heads: they agree\n"
    with closing(sqlite3.connect(data / LOG)) as log, log:
        log.execute("UPDATE stored_events SET originator_version = 9 WHERE rowid = 4")
    changed = audit("verify")
    assert (changed.exit_code, changed.stdout.splitlines()[0]) == (1, "position 4: the event is not that of its leaf")
    found = json.loads(audit("verify", "--json").stdout)
    assert (found["agrees"], found["differing"], found["faults"]) == (False, [4], [])


def test_a_second_place_that_was_changed(data: Path) -> None:
    leaves = data / TREE / "hashes-0"
    content = bytearray(leaves.read_bytes())
    content[33] ^= 4
    leaves.write_bytes(content)
    found = json.loads(audit("verify", "--json").stdout)
    assert (found["differing"], found["faults"]) == ([2], ["leaves 1 to 5 are not those that were signed"])
    leaves.write_bytes(content[:64])
    assert "are missing" in json.loads(audit("verify", "--json").stdout)["faults"][0]
    heads = data / TREE / "heads"
    heads.write_bytes(heads.read_bytes().replace(b"5", b"4"))
    assert audit("verify").exit_code == 1


def test_a_bucket_takes_the_place_of_the_folder(
    new: Path, tmp_path: Path, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIOUTLET_TREE", f"{s3.make_bucket('second-place')}/shop")
    tree = open_tree(read())
    asyncio.run(sell(new / LOG, tree))
    assert told("verify") == "5 events beside 1 signed heads: they agree\n"
    (tmp_path / "proof.json").write_text(told("prove", "3"))
    told("export", str(tmp_path / "out"))
    for path in ("proof.json", "out"):
        assert main([tree.keys()[0], str(tmp_path / path)]) == 0
    assert not (new / TREE).exists()


def test_a_bucket_that_is_not_there_is_said_with_what_helps(
    data: Path, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIOUTLET_TREE", f"{s3.url}/not-there")
    refused = audit("verify")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "AIOUTLET_TREE: there is no such bucket at this address; create it\n",
    )


def test_a_rotated_key_is_named_by_the_one_before_and_both_verify(data: Path, tmp_path: Path) -> None:
    first = told("key")
    told("rotate-key")
    assert audit("rotate-key").exit_code == 2, "no head names the new key yet"
    assert told("verify") == "5 events beside 1 signed heads: they agree\n"
    asyncio.run(sell_more(data, 5))
    asyncio.run(sell_more(data, 6))
    keys = told("key")
    assert (keys.split()[:1], len(keys.split())) == (first.split(), 2)
    assert told("verify") == told("verify", "--key", first) == "7 events beside 3 signed heads: they agree\n"
    assert audit("verify", "--key", keys.split()[1]).exit_code == 1
    told("export", str(tmp_path / "out"))
    for given in (first, keys):
        assert main([given, str(tmp_path / "out")]) == 0
    assert main([keys.split()[1], str(tmp_path / "out")]) == 1
    told("rotate-key")


def test_heads_are_verified_by_the_key_that_was_kept(data: Path) -> None:
    kept = told("key").strip()
    (data / LOG_KEY).write_text("another secret of 32 characters!")
    assert audit("verify").exit_code == 1
    assert told("verify", "--key", kept)
    assert audit("verify", "--key", kept[:-1]).exit_code == 2
    (data / LOG_KEY).unlink()
    refused = audit("verify")
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (2, "AIOUTLET_LOG_KEY")


def test_where_there_is_no_shop_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path / "none"))
    monkeypatch.delenv("AIOUTLET_STORE", raising=False)
    for words in (("key",), ("verify",), ("prove", "1"), ("export", str(tmp_path / "out"))):
        assert (audit(*words).exit_code, list(tmp_path.iterdir())) == (2, [])

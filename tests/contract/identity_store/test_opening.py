"""A store stays where it was, its file is its owner's, and nothing of what is erased stays in it."""

import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import pytest

from identity.opening import open_identity_store
from identity.postgres.schema import STEPS, migrate
from identity.store import IdentityStore
from schemas.errors import Unavailable
from tests.contract.identity_store.rows import ANN, NOON, at, credential, session, subject_key

SECRET = bytes(range(200, 232))
Erase = Callable[[IdentityStore], Awaitable[None]]


@pytest.mark.parametrize("backend", ["sqlite", "postgres"])
async def test_what_is_kept_is_there_after_opening_again(backend: str, request: pytest.FixtureRequest) -> None:
    address = str(
        request.getfixturevalue("tmp_path") / "i.db" if backend == "sqlite" else request.getfixturevalue("database")
    )
    before = open_identity_store(address)
    await before.add_credential(credential())
    await before.close()
    after = open_identity_store(address)
    assert await after.credential(ANN) == credential()
    await after.close()


async def test_every_store_in_memory_is_another() -> None:
    one, other = open_identity_store(":memory:"), open_identity_store(":memory:")
    await one.add_credential(credential())
    assert await other.credential(ANN) is None
    await one.close()
    await other.close()


async def test_a_closed_store_answers_that_it_is(store: IdentityStore) -> None:
    await store.close()
    await store.close()
    with pytest.raises(Unavailable, match="closed"):
        await store.credential(ANN)


async def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    path = tmp_path / "identity.sqlite"
    path.touch(mode=0o644)
    store = open_identity_store(str(path))
    await store.add_credential(credential())
    files = _files(tmp_path)
    assert {file.name for file in files} >= {"identity.sqlite", "identity.sqlite-wal"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    await store.close()


def test_a_file_that_is_no_database_is_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "i.db").write_bytes(b"no database at all, but longer than a header is" * 20)
    with pytest.raises(Unavailable, match="identity store"):
        open_identity_store(str(tmp_path / "i.db"))


async def _erase_key(store: IdentityStore) -> None:
    await store.create_subject_keys([subject_key("ann", SECRET), subject_key("bob", bytes(32))])
    await store.erase_subject("ann", at=at(1))


async def _delete_credential(store: IdentityStore) -> None:
    await store.add_credential(credential(password=SECRET.decode("latin-1")))
    await store.set_password(ANN, "other", at=NOON)
    await store.delete_credential(ANN)


@pytest.mark.parametrize(
    ("erase", "trace"), [(_erase_key, SECRET), (_delete_credential, SECRET.decode("latin-1").encode())]
)
async def test_nothing_of_what_is_erased_stays_in_the_files(tmp_path: Path, erase: Erase, trace: bytes) -> None:
    path = tmp_path / "identity.sqlite"
    store = open_identity_store(str(path))
    for number in range(50):
        await store.add_session(session(f"s-{number}"))
    await erase(store)
    assert path.with_name("identity.sqlite-wal").stat().st_size == 0
    assert not _holds(tmp_path, trace)
    await store.close()


async def test_what_is_not_erased_is_in_the_files(tmp_path: Path) -> None:
    store = open_identity_store(str(tmp_path / "identity.sqlite"))
    await store.create_subject_keys([subject_key("ann", SECRET)])
    assert _holds(tmp_path, SECRET)
    await store.close()


def test_a_database_that_nobody_has_migrated_is_refused(empty_database: str) -> None:
    with pytest.raises(Unavailable, match=f"step 0 of {len(STEPS)}"):
        open_identity_store(empty_database)
    assert migrate(empty_database) == len(STEPS)
    assert migrate(empty_database) == 0


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.postgres.database.WAIT", 0.2)
    with pytest.raises(Unavailable, match="does not answer"):
        open_identity_store("postgresql://nobody@127.0.0.1:1/none")


def test_an_address_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(Unavailable) as refused:
        open_identity_store("postgresql://ann:open sesame@@h:x:y/")
    assert "sesame" not in repr(refused.value) + str(refused.value.__cause__)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM credentials",
        "SELECT token_hash FROM sessions",
        "SELECT previous_hash FROM sessions",
        "DELETE FROM subject_keys",
        "UPDATE root_keys SET wrapped_key = ''",
    ],
)
def test_who_may_only_read_sees_no_hash_and_changes_nothing(database: str, statement: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("SET ROLE aioutlet_reader")
        connection.execute("SELECT session_id FROM sessions WHERE revoked_at > 0")
        connection.execute("SELECT * FROM subject_keys")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _holds(folder: Path, trace: bytes) -> bool:
    return any(trace in file.read_bytes() for file in folder.iterdir())

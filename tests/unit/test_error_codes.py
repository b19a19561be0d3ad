"""Errors of drivers are logged by class and code; what they repeat of documents and addresses is not."""

import io
import json
import logging
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pydantic
import pytest
import structlog
from aiokafka.errors import KafkaConnectionError, NotLeaderForPartitionError
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import conninfo_to_dict
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    OperationFailure,
    ServerSelectionTimeoutError,
)

from edge.logging import log_crash
from schemas.error_codes import code_of
from schemas.errors import Poison, Unavailable
from schemas.message import Message
from schemas.tracebacks import OURS
from subscriptions.retry import RetryPolicy
from tests.log_lines import captured_log

PLANTED = "12 High Street hunter2"
DOCUMENT = {"_id": "order-1", "shippingAddress": PLANTED}
BULK = {
    "writeErrors": [{"index": 0, "code": 17, "errmsg": f"too large: {DOCUMENT}", "op": {"u": DOCUMENT}}] * 52
    + [{"index": 0, "code": 11000, "keyValue": DOCUMENT, "errmsg": PLANTED, "op": DOCUMENT}],
    "nInserted": 0,
}


class Address(Message):
    line: int


def caught(work: Callable[[], object], error: type[Exception]) -> Exception:
    with pytest.raises(error) as raised:
        work()
    return raised.value


def insert_twice() -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE t (a TEXT CHECK (a <> '{PLANTED}'))")
        connection.execute("INSERT INTO t VALUES (?)", (PLANTED,))


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


ERRORS: list[tuple[Exception, str]] = [
    (BulkWriteError(BULK), "BulkWriteError code 17 x52 code 11000 x1"),
    (DuplicateKeyError(f"E11000 {DOCUMENT}", 11000, DOCUMENT), "DuplicateKeyError code 11000"),
    (OperationFailure(PLANTED, 18), "OperationFailure code 18"),
    (AutoReconnect(PLANTED, {"errmsg": PLANTED}), "AutoReconnect"),
    (ServerSelectionTimeoutError(f"{PLANTED}: timed out"), "ServerSelectionTimeoutError (timed out)"),
    (psycopg.errors.DiskFull(PLANTED), "DiskFull 53100"),
    (
        psycopg.errors.NotNullViolation(f"null value\nDETAIL:  Failing row contains ({PLANTED})"),
        "NotNullViolation 23502",
    ),
    (
        psycopg.OperationalError(f'connection to "{PLANTED}" failed: Connection refused'),
        "OperationalError (connection refused)",
    ),
    (caught(lambda: conninfo_to_dict(f"postgresql://u:{PLANTED}%@h/db"), psycopg.ProgrammingError), "ProgrammingError"),
    (caught(insert_twice, sqlite3.IntegrityError), "IntegrityError SQLITE_CONSTRAINT_CHECK"),
    (KafkaConnectionError(PLANTED), "KafkaConnectionError"),
    (NotLeaderForPartitionError(PLANTED), "NotLeaderForPartitionError code 6"),
    (ConnectionRefusedError(111, PLANTED), "ConnectionRefusedError ECONNREFUSED"),
    (
        caught(lambda: Address.model_validate({"line": PLANTED}), pydantic.ValidationError),
        "ValidationError int_parsing x1",
    ),
    (KeyError("warehouse_id"), "KeyError 'warehouse_id'"),
    (LookupError(f"no row for {PLANTED}"), "LookupError"),
    (caused(OperationalError(PLANTED), sqlite3.OperationalError(PLANTED)), "OperationalError, from OperationalError"),
    (
        caused(Unavailable("the event store does not answer"), psycopg.errors.DiskFull(PLANTED)),
        "Unavailable: the event store does not answer, from DiskFull 53100",
    ),
]


@pytest.mark.parametrize(("error", "named"), ERRORS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_error_is_named_by_its_class_and_codes(error: Exception, named: str) -> None:
    assert code_of(error).startswith(named)
    assert PLANTED not in code_of(error)


@pytest.fixture(params=["json", "console"])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    with captured_log("DEBUG", "tests", log_format=request.param) as lines:
        yield lines


def raised(error: Exception) -> Exception:
    """As it is after it went through frames, within a group and as the cause of another."""
    with pytest.raises(type(error)) as cause:
        raise error
    with pytest.raises(ExceptionGroup) as group:
        raise ExceptionGroup("unhandled errors", [error, Poison("unreadable")]) from cause.value
    return group.value


@pytest.mark.parametrize(("error", "named"), ERRORS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_logged_traceback_says_where_and_which_code_and_no_words(
    lines: io.StringIO, error: Exception, named: str
) -> None:
    fault = raised(error)
    structlog.get_logger().error("failed", exc_info=fault)
    logging.getLogger("a.library").error("failed", exc_info=fault)
    log_crash(type(fault), fault, fault.__traceback__)
    said = lines.getvalue()
    assert said.count("test_error_codes.py") >= 3
    assert said.count("schemas.errors.Poison: unreadable") >= 3
    if type(error).__module__ == "builtins":
        return  # Python's own errors keep their words
    assert all(shown in said for shown in named.split(", from "))
    assert PLANTED not in said


async def test_work_that_is_tried_again_is_logged_by_codes_each_time(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda *_: 0.0)
    errors = [error for error, _ in ERRORS]

    async def work() -> None:
        if errors:
            raise errors.pop()

    await RetryPolicy("projections", (Exception,)).run(work)
    assert len(lines.getvalue().splitlines()) == len(ERRORS)
    assert PLANTED not in lines.getvalue()
    assert len(lines.getvalue()) < 300 * len(ERRORS)


def test_our_own_words_and_pythons_stay(lines: io.StringIO) -> None:
    structlog.get_logger().error("failed", exc_info=raised(ZeroDivisionError("division by zero")))
    assert "ZeroDivisionError: division by zero" in lines.getvalue()
    assert "the direct cause of the following exception" in lines.getvalue()
    if lines.getvalue().startswith("{"):
        assert "Traceback (most recent call last)" in json.loads(lines.getvalue())["exception"]


def test_every_package_of_ours_is_known() -> None:
    settings = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert set(settings["tool"]["importlinter"]["root_packages"]) - {"bench"} <= OURS

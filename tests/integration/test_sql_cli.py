"""`aioutlet sql`: a view of every event, over the log as it grows and over files of replays, and nothing else."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.data_folder import LOG
from event_store.opening import open_store
from event_store.postgres.schema import READER
from event_store.records import AppendRequest
from event_store.store import EventStore
from history.tables import parts
from history.tables.database import LogDatabase, QueryRefused
from history.tables.parts import open_parts
from history.tables.views import create_views, describe_views, view_of
from schemas.registry import EVENTS
from tests.contract.event_store.conftest import clock, store
from tests.databases import address
from tests.examples import EXAMPLES
from tests.histories import recorded

__all__ = ["clock", "store"]
COUNT = len(EXAMPLES)


@pytest.fixture
def data(closed_shop: Path) -> Path:
    """The data folder of a shop that is closed, with an event of every type."""
    asyncio.run(keep(str(closed_shop / LOG)))
    return closed_shop


async def keep(log: str) -> None:
    store = open_store(log)
    await append(store)
    await store.close()


async def append(store: EventStore, after: int = 0) -> None:
    told = recorded(EXAMPLES.values(), after=after)
    await store.append(AppendRequest(events=tuple(replace(each, stream=f"{each.stream}{after}") for each in told)))


def sql(*words: object) -> Result:
    return CliRunner().invoke(app, ["sql", *map(str, words)])


@pytest.fixture
async def tables(store: EventStore, tmp_path: Path) -> AsyncIterator[LogDatabase]:
    await append(store)
    async with open_parts(store, tmp_path) as files:
        with LogDatabase(files) as tables:
            yield tables


def unquoted(kind: str) -> str:
    return kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace('"', "")


async def test_every_event_has_a_view_with_the_columns_that_are_described(tables: LogDatabase) -> None:
    described = describe_views()
    for event in EVENTS.values():
        answer = tables.ask(f"select * from {view_of(event)}")
        assert answer.columns == list(described[view_of(event)])
        assert len(answer.rows) == 1, event.wire_name
    for view, columns in described.items():
        found = {name: unquoted(kind) for name, kind, *_ in tables.ask(f"describe {view}").rows}
        assert found == {name: unquoted(kind) for name, kind in columns.items()}
    assert len(described) == len(create_views("")) == len(tables.ask("show tables").rows)


async def test_fields_have_their_types_and_lists_their_rows(tables: LogDatabase) -> None:
    [(order, total, sealed)] = tables.ask(
        "select order_id, total_amount + 1, shipping_address->>'sealed' from order_created"
    ).rows
    assert (order, total, sealed) == (EXAMPLES["order.created"].order_id, 5735, "1")  # type: ignore[attr-defined]
    lines = tables.ask("select number, quantity * unit_price from order_created_items order by 1").rows
    assert lines == [(1, 3499), (2, 1798)]
    assert tables.ask("select old_amount, old_currency from product_price_changed").rows == [(3499, "USD")]


async def test_the_copy_follows_the_log_reading_only_what_is_new(
    store: EventStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "FULL", COUNT + 10)
    read: list[int] = []
    for times in range(1, 5):
        await append(store, after=(times - 1) * COUNT)
        read.append(0)
        async with open_parts(store, tmp_path, progress=lambda _, more: read.append(read.pop() + more)) as files:
            with LogDatabase(files) as database:
                counted = database.ask("select count(*), count(distinct position), max(position) from events").rows
        assert counted == [(times * COUNT,) * 3]
        assert len(files) <= times // 2 + 1
    assert read == [COUNT] * 4


async def test_a_copy_with_a_part_lost_or_left_unfinished_is_made_whole(
    store: EventStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "FULL", 40)
    await append(store)
    async with open_parts(store, tmp_path) as files:
        whole = list(files)
    whole[1].unlink()
    whole[0].with_name("left.partial").write_bytes(b"half")
    async with open_parts(store, tmp_path) as files:
        assert files == whole
        with LogDatabase(files) as database:
            assert database.ask("select count(distinct position) from events").rows == [(COUNT,)]
    assert len(list(whole[0].parent.iterdir())) == len(whole) + 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("selec 1", 'syntax error at or near "selec"'),
        ("select * from orders", "'show tables' lists the views"),
        ("select totl_amount from order_created", "'describe order_created' lists the columns"),
        ("drop view events", "the log is only read"),
        ("copy events to 'stolen.csv'", "the log is only read"),
        ("select 1; select 2", "one query at a time"),
        ("", "say what to select"),
        ("select * from read_csv('/etc/passwd')", "only the log is read"),
        ("select cast(type as integer) from (select 'a' as type)", "Conversion Error"),
    ],
)
def test_what_is_no_question_to_the_log_is_refused_with_what_helps(query: str, why: str) -> None:
    with LogDatabase([]) as database, pytest.raises(QueryRefused) as refused:
        database.ask(query)
    assert why in str(refused.value)


def test_an_empty_log_has_all_views() -> None:
    with LogDatabase([]) as database:
        assert database.ask("select count(*) from order_created_items").rows == [(0,)]


def test_an_answer_is_a_table_json_or_csv(data: Path) -> None:
    asked = "select position, total_amount, occurred_at from order_created"
    assert "2026-03-14 12:00:25" in sql(asked).stdout
    [found] = json.loads(sql(asked, "--json").stdout)
    assert found == {"position": 25, "total_amount": 5734, "occurred_at": "2026-03-14T12:00:25.250000Z"}
    header, row = csv.reader(sql(asked, "--csv").stdout.splitlines())
    assert dict(zip(header, row, strict=True)) == {name: str(value) for name, value in found.items()}


def test_the_log_and_what_was_exported_of_it_answer_the_same(data: Path, tmp_path: Path) -> None:
    asked = "select type, count(*) as n, min(position) as first from events group by type order by first"
    of_log = sql(asked, "--json")
    assert len(json.loads(of_log.stdout)) == COUNT
    for name in ("log.jsonl", "log.parquet"):
        assert CliRunner().invoke(app, ["replay", str(tmp_path / name)]).exit_code == 0
        assert sql(asked, "--json", "--from", tmp_path / name).stdout == of_log.stdout


def test_the_log_of_the_services_is_asked_as_one_who_may_only_read(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(keep(database))
    monkeypatch.setenv("AIOUTLET_STORE", address(database, options=f"-c role={READER}"))
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path))
    [found] = json.loads(sql("select count(*) as n, max(position) as last from events", "--json").stdout)
    assert found == {"n": COUNT, "last": COUNT}
    replayed = CliRunner().invoke(app, ["replay", "-", "--type", "order.created"])
    assert json.loads(replayed.stdout)["position"] == 25


def test_a_wrong_question_is_one_message_and_exit_code_2(data: Path) -> None:
    refused = sql("select * from order_creatd")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert 'Did you mean "order_created"' in refused.stderr


def test_without_the_extra_it_says_what_to_install(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    refused = sql("select 1")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "make analytics" in refused.stderr

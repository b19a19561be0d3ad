"""Who reads a log decides its form: short lines on a terminal, an object a line for machines."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Literal

import httpx
import pytest
import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.responses import Response

from edge.context import CURRENT, RequestContext
from edge.logging import configure
from edge.metrics import HttpMetrics
from edge.request_logging import RequestLogging
from tests.doors import client_of
from tests.log_lines import log_as_before

ORDER, CORRELATION = "01a21c81-b749-707f-a449-53c047470ef1", "01a21c81-b749-707f-a449-53c04747abcd"
COLOUR = "\x1b["


class Terminal(io.StringIO):
    """A standard error that somebody looks at."""

    def isatty(self) -> bool:
        return True


Configure = Callable[..., io.StringIO]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Configures the log as asked, and gives what is written to."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def on(stream: io.StringIO, level: str = "INFO", **options: object) -> io.StringIO:
        configure(level, "notes", stream=stream, **options)  # type: ignore[arg-type]
        return stream

    with log_as_before():
        yield on


def lines(stream: io.StringIO) -> list[str]:
    """What was written, without colours and times."""
    plain = re.sub(r"\x1b\[\d+m", "", stream.getvalue())
    return [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in plain.splitlines()]


def say(event: str = "opening", **fields: object) -> None:
    structlog.get_logger().info(event, **fields)


async def requests(*paths: str) -> None:
    app = FastAPI()
    app.add_api_route("/notes/{note_id}", lambda: Response(status_code=204))
    app.add_api_route("/broken", lambda: Response(status_code=500))
    app.add_api_route("/health/live", lambda: None)
    app.add_api_route("/health/ready", lambda: Response(status_code=503))
    door = RequestLogging(app, metrics=HttpMetrics(CollectorRegistry()))
    async with client_of(door) as client:
        for path in paths:
            await client.get(path)


def is_json(stream: io.StringIO) -> bool:
    return stream.getvalue().startswith("{")


def test_a_terminal_gets_lines_for_people_and_anything_else_json(configured: Configure) -> None:
    for stream, machine in ((Terminal(), False), (io.StringIO(), True)):
        configured(stream)
        say()
        assert is_json(stream) is machine


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
@pytest.mark.parametrize("log_format", ["console", "json"])
def test_the_form_asked_for_is_the_form_written(
    configured: Configure, stream: type[io.StringIO], log_format: Literal["console", "json"]
) -> None:
    out = configured(stream(), log_format=log_format)
    say()
    assert is_json(out) is (log_format == "json")


def test_a_line_for_people_is_its_time_its_level_what_happened_and_its_fields(configured: Configure) -> None:
    out = configured(Terminal())
    say("demo catalogue loaded", products=298, cause="not known")
    assert lines(out) == ["info  demo catalogue loaded products=298 cause='not known'"]
    assert re.fullmatch(r"\S+\d\d:\d\d:\d\d\S* .*\n", out.getvalue())


def test_ids_are_shortened_for_people_and_what_only_machines_follow_is_left_out(configured: Configure) -> None:
    token = CURRENT.set(RequestContext(CORRELATION, "r-1", "00-1-2-01"))
    out = configured(Terminal())
    say("handled", correlationId=CORRELATION, orderId=ORDER, type="order.created", consumer="saga", causationId="c-1")
    CURRENT.reset(token)
    assert lines(out) == ["info  handled order.created saga orderId=…47470ef1 …4747abcd"]


def test_where_a_message_lies_is_one_word(configured: Configure) -> None:
    out = configured(Terminal())
    say("published", topic="aioutlet.orders", partition=3, position=17, type="order.created")
    assert lines(out) == ["info  published order.created orders/3 position=17"]


def test_a_name_that_a_person_gave_is_not_shortened(configured: Configure) -> None:
    out = configured(Terminal())
    say("handled", correlationId="where-is-my-order")
    assert lines(out)[0].endswith("handled where-is-my-order")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_are_for_terminals_that_want_them(
    configured: Configure, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    out = configured(Terminal())
    say()
    assert COLOUR in out.getvalue()
    monkeypatch.setenv(name, value)
    for stream in (Terminal(), io.StringIO()):
        configured(stream, log_format="console")
        say()
        assert COLOUR not in stream.getvalue()


def test_nothing_that_is_logged_moves_the_cursor(configured: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = configured(Terminal())
    say("gone\x1b[2J", cause="\x1b[2J\n")
    logging.getLogger("a.library").error("gone\x1b[2J")
    _fail("gone\x1b[2J")
    assert "\x1b" not in out.getvalue()
    assert len([line for line in lines(out) if line.startswith("info")]) == 1


def test_a_librarys_lines_have_the_form_of_ours(configured: Configure) -> None:
    out = configured(Terminal())
    logging.getLogger("aiokafka.conn").warning("%s is away", "the broker")
    logging.getLogger("aiokafka.conn").info("connected")
    logging.getLogger("a.library").log(35, "request")
    assert lines(out) == ["warn  the broker is away logger=aiokafka.conn", "level 35 request logger=a.library"]


async def test_requests_that_went_well_are_not_shown_to_people(configured: Configure) -> None:
    out = configured(Terminal())
    await requests("/notes/1", "/nowhere", "/health/live", "/broken")
    assert [line.partition(" ms=")[0] for line in lines(out)] == ["warn  GET /broken 500"]


@pytest.mark.parametrize(("level", "requests_asked"), [("INFO", True), ("DEBUG", None)])
async def test_requests_are_shown_to_people_who_ask_for_them_or_debug(
    configured: Configure, level: str, requests_asked: bool | None
) -> None:
    out = configured(Terminal(), level, requests=requests_asked)
    await requests("/notes/1")
    assert [line.partition(" ms=")[0] for line in lines(out)] == ["info  GET /notes/{note_id} 204"]


async def test_machines_get_every_request_unless_told_otherwise(configured: Configure) -> None:
    every, failed = io.StringIO(), io.StringIO()
    for stream, asked in ((every, None), (failed, False)):
        configured(stream, requests=asked)
        await requests("/notes/1", "/broken")
    told = [[json.loads(line) for line in stream.getvalue().splitlines()] for stream in (every, failed)]
    assert [[(line["level"], line["status"]) for line in each] for each in told] == [
        [("info", 204), ("warning", 500)],
        [("warning", 500)],
    ]


async def test_a_part_that_is_not_ready_is_told_at_every_level_up_to_warnings(configured: Configure) -> None:
    out = configured(Terminal(), "WARNING")
    await requests("/health/ready", "/health/live")
    assert [line.partition(" ms=")[0] for line in lines(out)] == ["warn  GET /health/ready 503"]


def _raise(why: str) -> None:
    raise ZeroDivisionError(why) from KeyError("first")


def _fail(why: str) -> None:
    try:
        _raise(why)
    except ZeroDivisionError:
        structlog.get_logger().exception("failed")


def test_a_fault_is_shown_with_its_cause_and_its_code(configured: Configure) -> None:
    out = configured(Terminal())
    _fail("why not")
    told = lines(out)
    assert told[0] == "error failed"
    assert told[-1] == "ZeroDivisionError: why not"
    assert "KeyError: 'first'" in told
    assert any('tests/unit/test_edge_logging.py", line ' in line for line in told)


@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_a_fault_behind_a_door_is_shown_to_people_without_the_frameworks_frames(
    configured: Configure, log_format: str
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("why not")

    out = configured(Terminal(), log_format=log_format)
    app = FastAPI()
    app.add_api_route("/broken", broken)
    async with client_of(RequestLogging(app, metrics=HttpMetrics(CollectorRegistry()))) as client:
        assert (await client.get("/broken")).status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert ("starlette" in out.getvalue()) is (log_format == "json")
    assert "in broken" in out.getvalue()

"""An answer that does not begin in time is 503; a slow client and a long answer do not count."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.answer_deadline import AnswerDeadline
from tests.doors import client_of

SHORT, LONG = 0.05, 3_600.0


def answered(app: ASGIApp) -> httpx.AsyncClient:
    return client_of(AnswerDeadline(app, seconds=SHORT))


async def hangs(scope: Scope, receive: Receive, send: Send) -> None:
    await Request(scope, receive).body()
    await asyncio.get_running_loop().create_future()


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(body or b"here")(scope, receive, send)


async def fails(scope: Scope, receive: Receive, send: Send) -> None:
    raise TimeoutError("a fault of its own")


async def slowly(pieces: int) -> AsyncIterator[bytes]:
    for _ in range(pieces):
        yield b"a"
        await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=SHORT / 2)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("content", [None, b"", b"a body"])
async def test_what_hangs_is_answered_for(method: str, content: bytes | None) -> None:
    async with answered(hangs) as client, asyncio.timeout(5):
        answer = await client.request(method, "/", content=content)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_what_answers_is_passed_on() -> None:
    async with answered(answers) as client:
        assert (await client.get("/")).text == "here"
        assert (await client.post("/", content=b"hello")).text == "hello"


async def test_the_body_of_a_slow_client_takes_as_long_as_it_takes() -> None:
    async with answered(answers) as client:
        assert (await client.post("/", content=slowly(8))).text == "a" * 8


async def test_an_answer_that_has_begun_goes_on() -> None:
    async def long(scope: Scope, receive: Receive, send: Send) -> None:
        await StreamingResponse(slowly(8))(scope, receive, send)

    async with answered(long) as client:
        assert (await client.get("/")).text == "a" * 8


async def test_an_answer_to_a_body_that_has_begun_goes_on() -> None:
    """Such an answer listens for its client to leave, which is no second body."""

    async def long(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        await StreamingResponse(slowly(8))(scope, receive, send)

    async with answered(long) as client:
        assert (await client.post("/", content=b"hello")).text == "a" * 8


async def test_who_is_cancelled_otherwise_is_cancelled() -> None:
    async with answered(hangs) as client:
        asking = asyncio.create_task(client.get("/"))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert asking.cancelled()


async def test_work_that_ends_although_it_was_too_late_is_not_cancelled_afterwards() -> None:
    async def insists(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.get_running_loop().create_future()
        await answers(scope, receive, send)

    async with answered(insists) as client:
        assert (await client.get("/")).text == "here"
        task = asyncio.current_task()
        assert task
        assert task.cancelling() == 0


async def test_another_timeout_is_not_mistaken_for_it() -> None:
    async with answered(fails) as client:
        with pytest.raises(TimeoutError, match="of its own"):
            await client.get("/")

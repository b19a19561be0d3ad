"""The load generator asks what it should, as often as it should, and believes no answer it did not expect."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import repeat

import pytest

from bench.load import Answer, Load, Refused, calling, closed, constant, expect, request, sending

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ASK = request("GET", "/", {})
Served = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(answer: Served) -> AsyncIterator[str]:
    """A server that reads heads and answers each as it is told."""
    open_writers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_writers.append(writer)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await answer(writer)
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for writer in open_writers:
            writer.close()


async def say_ok(writer: asyncio.StreamWriter) -> None:
    writer.write(OK)


async def in_pieces(writer: asyncio.StreamWriter) -> None:
    for byte in OK:
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.write(OK[:20])
    writer.close()


@pytest.mark.parametrize("answer", [say_ok, in_pieces])
async def test_an_answer_is_read_whole_however_it_comes(answer: Served) -> None:
    async with serving(answer) as url, calling(url, 1) as [caller]:
        assert [await caller.ask(ASK), await caller.ask(ASK)] == [Answer(200, b"ok")] * 2


async def test_a_server_that_hangs_up_in_the_middle_is_told() -> None:
    async with serving(hang_up) as url, calling(url, 1) as [caller]:
        with pytest.raises(ConnectionResetError):
            await caller.ask(ASK)


async def test_another_status_is_no_answer() -> None:
    async with serving(say_ok) as url, calling(url, 2) as callers:
        with pytest.raises(Refused, match="200 instead of 201: b'ok'"):
            await closed(callers, sending(repeat(ASK), 201), 1.0)


async def test_a_closed_loop_asks_on_every_connection_and_counts_what_was_answered() -> None:
    answered = 0

    async def count(writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        answered += 1
        writer.write(OK)

    async with serving(count) as url, calling(url, 3) as callers:
        sample = (await closed(callers, sending(repeat(ASK), 200), 0.05)).sample()
    assert sample.done == answered >= 3
    assert sample.seconds >= 0.05
    assert 0 < sample.extra["p50 ms"] <= sample.extra["p99 ms"]


async def test_an_open_loop_starts_so_many_however_slow_the_answers_are() -> None:
    async with serving(say_ok) as url, calling(url, 2) as callers:
        load = await constant(callers, sending(repeat(ASK), 200), 0.1, 200)
    assert len(load.latencies) == 20


async def test_the_time_of_one_that_had_to_wait_for_a_connection_counts_from_when_it_was_due() -> None:
    held = asyncio.Event()

    async def hold(writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.write(OK)

    async with serving(hold) as url, calling(url, 1) as callers:
        asyncio.get_running_loop().call_later(0.1, held.set)
        load = await constant(callers, sending(repeat(ASK), 200), 0.04, 100)
    assert len(load.latencies) == 4
    assert min(load.latencies) > 0.05


async def test_an_errand_may_say_since_when_its_time_counts() -> None:
    async with serving(say_ok) as url, calling(url, 1) as callers:

        async def operation(_: object) -> float:
            return asyncio.get_running_loop().time() - 3_600

        load = await closed(callers, operation, 0.001)
    assert min(load.latencies) > 3_500


def test_a_request_names_its_length_only_when_it_has_a_body() -> None:
    assert request("GET", "/a", {"x": "y"}) == b"GET /a HTTP/1.1\r\nhost: bench\r\nx: y\r\n\r\n"
    assert request("POST", "/a", {}, b"{}").endswith(b"content-type: application/json\r\ncontent-length: 2\r\n\r\n{}")


def test_percentiles_are_in_milliseconds() -> None:
    sample = Load(2.0, [0.001] * 98 + [0.5] * 2).sample(other=1.0)
    assert sample.extra == {"p50 ms": 1.0, "p95 ms": 1.0, "p99 ms": 500.0, "other": 1.0}
    assert sample.rate == 50


def test_what_is_expected_is_handed_on() -> None:
    assert expect(Answer(201, b"x"), 201).body == b"x"

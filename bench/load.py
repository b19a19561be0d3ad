"""HTTP load: kept connections, requests rendered beforehand, every answer checked, and little work for each.

The generator shares the machine with what it measures: what it costs is missing there.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from bench.sampling import Sample
from bench.statistics import percentile

HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
SHARES = {"p50 ms": 0.50, "p95 ms": 0.95, "p99 ms": 0.99}


class Refused(Exception):
    """An answer that was not expected: the load is not what it claims to be."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class Caller(asyncio.Protocol):
    """One connection; it asks one thing at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._asked: asyncio.Future[Answer] | None = None
        self._read = b""
        self._wanted = 0
        """Bytes of the whole answer, once its head is read."""
        self._starts = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is not of that class

    def connection_lost(self, exc: Exception | None) -> None:
        if self._asked and not self._asked.done():
            self._asked.set_exception(exc or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._read = self._read + data if self._read else data
        if not self._wanted and (end := self._read.find(HEAD_ENDS)) >= 0:
            self._starts = end + len(HEAD_ENDS)
            self._wanted = self._starts + _length(self._read[: end + 2].lower())
        if self._wanted and len(self._read) >= self._wanted:
            self._tell()

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Send one request; its answer, when it is all here."""
        assert self._transport
        self._asked = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._asked

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    def _tell(self) -> None:
        answer = Answer(int(self._read[9:12]), self._read[self._starts : self._wanted])
        self._read, self._wanted = b"", 0
        if self._asked and not self._asked.done():
            self._asked.set_result(answer)


@dataclass(slots=True)
class Load:
    """What was answered, and after how many seconds each."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def sample(self, **extra: float) -> Sample:
        """As the bench counts it, with latencies in milliseconds."""
        told = {name: percentile(self.latencies, share) * 1_000 for name, share in SHARES.items()}
        return Sample(len(self.latencies), self.seconds, told | extra)


Operation = Callable[[Caller], Awaitable[float | None]]
"""One thing to do on a connection; it may tell since when its time counts, else that is its start."""


@asynccontextmanager
async def calling(url: str, connections: int) -> AsyncIterator[list[Caller]]:
    """So many connections to the server at `url`."""
    loop = asyncio.get_running_loop()
    host, _, port = urlsplit(url).netloc.rpartition(":")
    callers = [(await loop.create_connection(Caller, host, int(port)))[1] for _ in range(connections)]
    try:
        yield callers
    finally:
        for caller in callers:
            caller.close()


async def closed(callers: list[Caller], operation: Operation, seconds: float) -> Load:
    """Closed loop: each connection does its errands one after another until the time is over."""
    load, start = Load(), perf_counter()

    async def work(caller: Caller) -> None:
        while (begun := perf_counter()) < start + seconds:
            since = await operation(caller)
            load.latencies.append(perf_counter() - (since or begun))

    await asyncio.gather(*map(work, callers))
    load.seconds = perf_counter() - start
    return load


async def constant(callers: list[Caller], operation: Operation, seconds: float, rate: float) -> Load:
    """Open loop: so many operations a second, whatever becomes of those before; time counts from when each was due.

    One that finds no free connection starts late, and its waiting counts too.
    """
    load, start, turns = Load(), perf_counter(), count()

    async def work(caller: Caller) -> None:
        while (due := start + next(turns) / rate) < start + seconds:
            if (early := due - perf_counter()) > 0:
                await asyncio.sleep(early)
            since = await operation(caller)
            load.latencies.append(perf_counter() - (since or due))

    await asyncio.gather(*map(work, callers))
    load.seconds = perf_counter() - start
    return load


def sending(requests: Iterator[bytes], status: int) -> Operation:
    """The operation of sending the next request and being answered with this status."""

    async def send(caller: Caller) -> None:
        expect(await caller.ask(next(requests)), status)

    return send


def expect(answer: Answer, status: int) -> Answer:
    """The answer, if it is this one.

    Raises:
        Refused: With what was said instead.
    """
    if answer.status != status:
        raise Refused(f"{answer.status} instead of {status}: {answer.body[:500]!r}")
    return answer


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join((*lines, "", "")).encode() + body


def _length(head: bytes) -> int:
    at = head.find(LENGTH)
    if at < 0:
        raise Refused(f"an answer of unknown length: {head!r}")
    return int(head[at + len(LENGTH) : head.index(b"\r\n", at + 2)])

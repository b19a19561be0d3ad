"""Uvicorn's HTTP protocol with limits: the size of a head, the time a client takes, and the number of connections."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from heapq import nsmallest
from operator import itemgetter
from typing import Any, cast

import httptools
import structlog
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from edge.problems import problem, problem_of
from schemas.errors import ClientTooSlow, HeadTooLarge, Malformed, TooManyConnections

MAX_HEAD = 65_536
"""Bytes of a request line and its headers together; trailers count as headers."""
PART = 4_096
"""Bytes of a head that are parsed at once: of one that does not end, so many more may come than `MAX_HEAD`.

Most requests are smaller, body and all, and so parsed at once."""
BYTES_PER_SECOND = 500
"""The slowest client: for each so many bytes it has a second to send a body, or to read an answer."""
LINGER = 2.0
"""Seconds for which the rest of a refused request is read and dropped: to close at once could destroy the answer."""
EVICTED_SHARE = 32
"""At the limit of connections one in so many is closed, so that the next newcomers find room."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """The limits of one HTTP server; times are in seconds."""

    connections: int = 1_000
    """Connections held at once."""
    header_timeout: float = 20.0
    """For the request line and headers, from the first byte or, on a new connection, from its beginning."""
    body_timeout: float = 20.0
    """For a body, and for an answer to be read; more as bytes go through, see `BYTES_PER_SECOND`."""
    idle_timeout: float = 60.0
    """Between an answer and the next request."""


class LimitedState(ServerState):
    """What the connections of one server share: uvicorn's state and the limits."""

    def __init__(self, limits: HttpLimits) -> None:
        super().__init__()
        self.limits = limits


class AnswerTransport:
    """Where the answers of one connection are written: a head waits for the body, so that both are one write.

    A second write would be a second packet, which wakes the client once more. It waits no longer than until the event
    loop's next turn: the head of a stream of events is sent although no event has come.
    """

    __slots__ = ("_head", "_is_begun", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""
        self._is_begun = False
        """Whether something of the current answer was written."""

    def write(self, data: bytes) -> None:
        """Write a part of an answer."""
        if not self._is_begun:
            self._is_begun, self._head = True, data
            self._loop.call_soon(self.flush)
        elif self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        else:
            self._transport.write(data)

    def end(self) -> None:
        """End the current answer: the next write is a head again."""
        self.flush()
        self._is_begun = False

    def flush(self) -> None:
        """Write the head that waits, if there is one, and there is still a connection."""
        head, self._head = self._head, b""
        if head and not self._transport.is_closing():
            self._transport.write(head)

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Return whether the connection is closed, or about to be."""
        return self._transport.is_closing()


class LimitedProtocol(HttpToolsProtocol):
    """One connection, which is closed when its client exceeds a limit.

    Time is not limited by timers, which would be set for every request: a request that has arrived as a whole sets no
    deadline, and the server compares those of the others with its clock ten times a second (`enforce`).
    """

    server_state: LimitedState

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limits = self.server_state.limits
        self._is_in_message = self._is_in_body = self._is_too_large = self._discards = False
        self._part = 0
        """Bytes of the part that is being parsed."""
        self._received = 0
        """Bytes since the message began, or, in its body, since the last piece of it: framing and trailers."""
        self._waiting_since = 0.0
        self._deadline: float | None = None
        """When the client must have sent, or read, what the connection waits for; None while the client waits."""
        self._unread = 0
        """Bytes that the client had still to read when that deadline was set."""

    # The transport's side

    def connection_made(self, transport: Any) -> None:
        """Take the connection, at the cost of another if there are too many."""
        super().connection_made(transport)
        self._answers = AnswerTransport(transport, self.loop)
        self._wait(self._limits.header_timeout)
        if len(self.connections) > self._limits.connections:
            _make_room(cast(Collection[LimitedProtocol], self.connections), self)

    def data_received(self, data: bytes) -> None:
        """Parse what the client sent, within the limits."""
        start, size = 0, len(data)
        while start < size and not self._discards:
            end = size if self._is_in_body else min(start + PART, size)
            self._parse(data[start:end])
            start = end
        if not self._discards:
            self._set_deadline(size)

    def pause_writing(self) -> None:
        """Give the client time to read what is buffered."""
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        """Go on; the client has read enough."""
        super().resume_writing()
        self._deadline = None

    # The parser's side

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._is_in_message, self._is_in_body, self._received, self._deadline = True, False, self._part, None

    def on_headers_complete(self) -> None:
        """Start the request, unless its head is too large; from here on its body has a deadline."""
        if self._received > MAX_HEAD and self._head_size() > MAX_HEAD:
            self._is_too_large = True
            raise ValueError  # ends the parsing
        super().on_headers_complete()
        self.cycle.transport = cast(asyncio.Transport, self._answers)
        self._is_in_body, self._received, self._deadline = True, 0, None

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of the body."""
        self._received = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing more of this message."""
        self._is_in_message = self._is_in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of a body that was refused; as the library, without its timer."""
        self.server_state.total_requests += 1
        self._answers.end()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._is_in_body:
            self._wait(LINGER)
        elif not self._is_in_message:
            self._wait(self._limits.idle_timeout)

    # The server's side

    def enforce(self, now: float) -> None:
        """Close the connection if its client has exceeded its time; `now` is of the event loop's clock."""
        is_unread = self.flow.write_paused or self.transport.is_closing()
        if self._deadline is None:
            if is_unread:
                self._await_reading()
        elif now >= self._deadline and (is_unread or not self.flow.read_paused):
            self._end_waiting()

    @property
    def waiting_since(self) -> float | None:
        """When the connection began to wait for its client; None while the client waits for us."""
        return None if self._deadline is None else self._waiting_since

    def evict(self) -> None:
        """Close the connection for another's sake."""
        if self._is_in_message and not self._is_answering:
            self._write(_too_many(self._limits))
        self._drop()

    def turn_away(self) -> None:
        """Close this new connection: every other one is being answered."""
        self._write(_too_many(self._limits))
        self._drop()

    # Inside

    def _wait(self, seconds: float) -> None:
        self._waiting_since = self.loop.time()
        self._deadline = self._waiting_since + seconds

    def _parse(self, part: bytes) -> None:
        self._part = len(part)
        self._received += self._part
        try:
            self.parser.feed_data(part)
        except httptools.HttpParserUpgrade:
            # We offer no other protocol; what the client sends after this request may already be of that one.
            self._discards = True
            self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse(_head_too_large() if self._is_too_large else _not_http())
        if self._received > MAX_HEAD + PART and self._is_in_message and not self._discards:
            self._refuse(_head_too_large())

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers)

    @property
    def _is_answering(self) -> bool:
        return bool(self.cycle) and not self.cycle.response_complete

    def _set_deadline(self, received: int) -> None:
        if self._is_in_body:
            if self._deadline is None:
                self._wait(self._limits.body_timeout)
            elif not self.cycle.response_complete:
                self._deadline += received / BYTES_PER_SECOND
        elif self._is_in_message and self._deadline is None:
            self._wait(self._limits.header_timeout)

    def _await_reading(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._wait(self._limits.body_timeout)

    def _end_waiting(self) -> None:
        if self.flow.write_paused or self.transport.is_closing():
            read = self._unread - self.transport.get_write_buffer_size()
            if read < BYTES_PER_SECOND * self._limits.body_timeout:
                self.transport.abort()
            else:
                self._await_reading()
        elif self._discards or (self._is_in_body and self.cycle.response_started):
            self.transport.abort()
        elif self._is_in_message:
            self._refuse(problem_of(ClientTooSlow("the rest of the request did not come in time")))
        else:
            self.transport.close()

    def _refuse(self, response: Response) -> None:
        """Answer and close, unless an earlier request is still being answered: then close after its answer."""
        log.info("connection refused", status=response.status_code)
        self._discards = True
        if self._is_in_body and self.pipeline:
            self.transport.abort()
            return
        if self._is_answering and not self._is_in_body:
            self.cycle.keep_alive, self._deadline = False, None
            return
        if self._is_answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._write(response)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._wait(LINGER)

    def _write(self, response: Response) -> None:
        if self._is_answering and self.cycle.response_started:
            return
        self._answers.flush()
        headers = [*self.server_state.default_headers, *response.raw_headers, (b"connection", b"close")]
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(b"".join((STATUS_LINE[response.status_code], lines, b"\r\n", response.body)))

    def _drop(self) -> None:
        """Close without waiting for anything, and stop being counted."""
        self._discards = True
        self.connections.discard(self)
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()


def enforce_limits(state: ServerState, now: float) -> None:
    """Close the connections whose clients have exceeded their time."""
    for connection in list(state.connections):
        cast(LimitedProtocol, connection).enforce(now)


def _make_room(connections: Collection[LimitedProtocol], newcomer: LimitedProtocol) -> None:
    """Close those that have waited longest for their clients; if none waits, turn the newcomer away."""
    waiting = [
        (since, id(connection), connection)
        for connection in connections
        if connection is not newcomer and (since := connection.waiting_since) is not None
    ]
    for _, _, connection in nsmallest(max(1, len(connections) // EVICTED_SHARE), waiting, key=itemgetter(0)):
        connection.evict()
    if not waiting:
        newcomer.turn_away()


def _head_too_large() -> Response:
    return problem_of(HeadTooLarge(f"a request line and its headers have at most {MAX_HEAD} bytes", limit=MAX_HEAD))


def _not_http() -> Response:
    return problem(Malformed.status, Malformed.code, "Bad Request", "this is not HTTP/1.1")


def _too_many(limits: HttpLimits) -> Response:
    return problem_of(TooManyConnections(f"there are {limits.connections} connections already; try again shortly"))

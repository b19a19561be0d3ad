"""What the routes work with: the services, asked for the browser that sent the request."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, cast

import orjson
from fastapi import Depends
from pydantic import TypeAdapter
from starlette.requests import Request

from bff.browser_session import BrowserSession, browser_session
from bff.forwarding import MIN_POSITION, Forwarded, Headers, forwarded_headers
from bff.http_client import OpenAnswer
from bff.refreshing import Refresher
from bff.tokens import Session, subject_of
from bff.upstream import Parameters, Upstream, UpstreamRefused, UpstreamRequest, read_answer
from edge.event_streams import OpenStreams
from schemas.accepted import Accepted
from schemas.cart_id import new_guest_id
from schemas.errors import AlreadyTransferred, CartEnded, EmailNotVerified, SessionEnded, Unauthorised, Unavailable
from schemas.message import Command

TOKEN_REFUSED = frozenset({Unauthorised.code, "token_expired", SessionEnded.code})
"""What a service answers to a token before it does anything: the request may be sent again."""
TOKEN_OUTDATED = TOKEN_REFUSED | {EmailNotVerified.code}
"""The same, and what a token says that was issued before the address was verified, perhaps in another browser."""
GUEST_ENDED = frozenset({AlreadyTransferred.code, CartEnded.code})
"""What is answered to a guest whose cart has ended: the browser becomes another one."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backend:
    """The services, and what calls to them share; built once per process."""

    commands: Upstream
    queries: Upstream
    refresher: Refresher
    guest_token: Callable[[], str]
    """Issues a token that may read what everybody may."""
    token_of_guest: Callable[[str], str]
    """Issues a token with which the guest of this id has a cart."""
    guest_age: int
    """Seconds for which a browser remembers which guest it is."""
    parts: Mapping[str, Upstream] = field(default_factory=dict)
    """The services that answer what everybody may see under a path, other than `queries`."""
    streams: OpenStreams = field(default_factory=OpenStreams)

    def reading(self, path: str) -> Upstream:
        """Return the service that answers what everybody may see."""
        return next((each for begins, each in self.parts.items() if path.startswith(begins)), self.queries)


class Calls:
    """The calls of one request."""

    def __init__(self, backend: Backend, session: BrowserSession, headers: Forwarded) -> None:
        self._backend = backend
        self._headers = headers
        self.session = session
        self.streams = backend.streams

    async def command(self, method: str, path: str, body: Command | None = None, *, answer: type[T]) -> T:
        """Send a command in the name of the session's person, and remember where it was recorded."""
        request = UpstreamRequest(method, path, self._headers.command, content=_content(body))
        accepted = read_answer(await self._authorised(self._backend.commands.ask, request), _adapter(answer))
        if isinstance(accepted, Accepted) and accepted.position:
            self.session.written.note(accepted.stream_id, accepted.position)
        return accepted

    async def file(
        self, path: str, content: bytes, media_type: str, *, answer: type[T], parameters: Parameters = ()
    ) -> T:
        """Post a file in the name of the session's person; what it led to, the caller notes."""
        request = UpstreamRequest(
            "POST", path, self._headers.command, parameters, content, media_type.encode("latin-1")
        )
        return read_answer(await self._authorised(self._backend.commands.ask, request), _adapter(answer))

    async def public_command(self, path: str, body: Command, *, answer: type[T]) -> T:
        """Post a command that needs no session."""
        request = UpstreamRequest("POST", path, self._headers.command, content=_content(body))
        return read_answer(await self._backend.commands.ask(request), _adapter(answer))

    async def question(self, path: str, body: Command, *, answer: type[T]) -> T:
        """Post what changes nothing and what everybody may ask the command API."""
        request = UpstreamRequest("POST", path, self._headers.always, content=_content(body))
        request = request.authorised(self._backend.guest_token())
        return read_answer(await _ask_as_us(self._backend.commands.ask, request, "the command API"), _adapter(answer))

    async def guest_command(
        self, guest_id: str, method: str, path: str, body: Command | None = None, *, answer: type[T]
    ) -> T:
        """Send a command in the name of a guest, and remember it, and where it was recorded."""
        request = UpstreamRequest(method, path, self._headers.command, content=_content(body))
        found = await self._ask_as_guest(self._backend.commands, request, guest_id)
        accepted = read_answer(found, _adapter(answer))
        if isinstance(accepted, Accepted) and accepted.position:
            self.session.written.note(accepted.stream_id, accepted.position)
        if self.session.guest_id == guest_id:
            self.session.keep_guest(guest_id, self._backend.guest_age)
        return accepted

    async def guest_query(self, guest_id: str, path: str, *, answer: type[T], minimum: str | None = None) -> T:
        """Ask in the name of a guest; `minimum` is where the browser itself names no position."""
        request = UpstreamRequest("GET", path, _at_least(minimum) | self._headers.query)
        return read_answer(await self._ask_as_guest(self._backend.queries, request, guest_id), _adapter(answer))

    @property
    def has_caller(self) -> bool:
        """Whether the browser is that of a person with a session, or of a guest."""
        return self.session.exists or self.session.guest_id is not None

    async def as_caller(self, path: str, *, answer: type[T], minimum: str | None = None) -> T:
        """Ask in the name of the session's person, or of this browser's guest, or of nobody."""
        request = UpstreamRequest("GET", path, _at_least(minimum) | self._headers.query)
        return read_answer(await self._ask_as_caller(self._backend.queries.ask, request), _adapter(answer))

    async def _ask_as_caller(self, ask: Callable[[UpstreamRequest], Awaitable[T]], request: UpstreamRequest) -> T:
        if self.session.exists:
            return await self._authorised(ask, request)
        guest_id = self.session.guest_id
        token = self._backend.token_of_guest(guest_id) if guest_id else self._backend.guest_token()
        return await _ask_as_us(ask, request.authorised(token), "the query API")

    def make_guest(self) -> str:
        """Return the guest that this browser is, or from now on will be."""
        guest_id = self.session.guest_id or new_guest_id()
        self.session.keep_guest(guest_id, self._backend.guest_age)
        return guest_id

    async def _ask_as_guest(self, upstream: Upstream, request: UpstreamRequest, guest_id: str) -> bytes:
        try:
            token = self._backend.token_of_guest(guest_id)
            return await _ask_as_us(upstream.ask, request.authorised(token), "a service")
        except UpstreamRefused as refused:
            if refused.code in GUEST_ENDED and self.session.guest_id == guest_id:
                self.session.forget_guest()
            raise

    async def open_session(self, path: str, body: Command) -> Session:
        """Post a command that opens a session, and give it to the browser."""
        session = await self.public_command(path, body, answer=Session)
        self.session.open(session)
        return session

    async def query(self, path: str, *, answer: type[T], parameters: Parameters = (), minimum: str | None = None) -> T:
        """Ask in the name of the session's person; `minimum` is where the browser itself names no position."""
        return read_answer(await self.query_bytes(path, parameters=parameters, minimum=minimum), _adapter(answer))

    async def query_bytes(self, path: str, *, parameters: Parameters = (), minimum: str | None = None) -> bytes:
        """As `query`; return the answer as it comes."""
        request = UpstreamRequest("GET", path, _at_least(minimum) | self._headers.query, parameters)
        return await self._authorised(self._backend.queries.ask, request)

    async def open_stream(
        self, path: str, resources: AsyncExitStack, *, parameters: Parameters = (), minimum: str | None = None
    ) -> OpenAnswer:
        """Ask for a stream in the name of the session's person, or else of the guest; it ends with `resources`."""

        async def open_it(request: UpstreamRequest) -> OpenAnswer:
            return await resources.enter_async_context(self._backend.queries.open(request))

        request = UpstreamRequest("GET", path, _at_least(minimum) | self._headers.stream, parameters)
        return await self._ask_as_caller(open_it, request)

    async def catalogue(
        self,
        path: str,
        *,
        answer: type[T],
        parameters: Parameters = (),
        waits: bool = True,
        minimum: str | None = None,
    ) -> T:
        """Ask for what everybody may see; it takes no session, and refreshes none.

        `waits` says whether it waits for the position that the browser names; else it waits for `minimum`, if given.
        """
        headers = _at_least(minimum) | (self._headers.query if waits else self._headers.always)
        request = UpstreamRequest("GET", path, headers, parameters).authorised(self._backend.guest_token())
        found = await _ask_as_us(self._backend.reading(path).ask, request, "the query API")
        return read_answer(found, _adapter(answer))

    async def subject(self) -> str:
        """Return the id of the session's person."""
        try:
            return subject_of(self.session.access_token or (await self.refresh()).access_token)
        except Unauthorised:
            return subject_of((await self.refresh()).access_token)

    async def refresh(self) -> Session:
        """Refresh the session, with all others who find that it is needed.

        Raises:
            SessionEnded: It cannot be refreshed any more; the browser forgets it.
        """
        try:
            session = await self._backend.refresher.refresh(self.session.refresh_token, self._ask_for_session)
        except UpstreamRefused as refused:
            if refused.status == Unauthorised.status:
                raise self._ended() from None
            raise
        self.session.open(session)
        return session

    async def _ask_for_session(self, refresh_token: str) -> Session:
        content = orjson.dumps({"refreshToken": refresh_token})
        request = UpstreamRequest("POST", "/auth/refresh", self._headers.always, content=content)
        return read_answer(await self._backend.commands.ask(request), _adapter(Session))

    async def _authorised(self, ask: Callable[[UpstreamRequest], Awaitable[T]], request: UpstreamRequest) -> T:
        """Ask with the access token; with a new one, once, when it has run out or is outdated."""
        if token := self.session.access_token:
            try:
                return await ask(request.authorised(token))
            except UpstreamRefused as refused:
                if refused.code not in TOKEN_OUTDATED:
                    raise
        session = await self.refresh()
        try:
            return await ask(request.authorised(session.access_token))
        except UpstreamRefused as refused:
            if refused.code in TOKEN_REFUSED:
                raise self._ended() from None
            raise

    def _ended(self) -> SessionEnded:
        self.session.end()
        return SessionEnded("the session has ended: log in again")


async def _ask_as_us(ask: Callable[[UpstreamRequest], Awaitable[T]], request: UpstreamRequest, service: str) -> T:
    """Ask with a token that this service has issued; where that is refused, the browser can do nothing about it."""
    try:
        return await ask(request)
    except UpstreamRefused as refused:
        if refused.code in TOKEN_REFUSED:
            raise Unavailable(f"{service} does not know us") from refused
        raise


def _at_least(minimum: str | None) -> Headers:
    return {MIN_POSITION.encode(): minimum.encode()} if minimum else {}


def _content(body: Command | None) -> bytes | None:
    return None if body is None else body.model_dump_json(by_alias=True, exclude_unset=True).encode()


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(answer: type[T]) -> TypeAdapter[T]:
    if answer not in _ADAPTERS:
        _ADAPTERS[answer] = TypeAdapter(answer)
    return _ADAPTERS[answer]


async def current_calls(request: Request) -> Calls:
    """Return the calls of a request; a dependency."""
    backend = cast(Backend, request.app.state.backend)
    headers = forwarded_headers(request)
    return Calls(backend, browser_session(request), headers)


CurrentCalls = Annotated[Calls, Depends(current_calls)]

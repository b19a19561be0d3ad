"""Asking a service over HTTP, within time limits; its refusals are passed on."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

import orjson
import structlog
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from bff.http_client import Answer, HttpClient, NoAnswer, OpenAnswer
from edge.context import NOT_COUNTED
from edge.problems import MEDIA_TYPE
from schemas.error_codes import code_of
from schemas.errors import Unavailable

PASSED_ON = ("retry-after", "www-authenticate")
"""Headers of a refusal that the browser gets too."""

T = TypeVar("T")
Parameters = Sequence[tuple[str, str]]
log = structlog.get_logger(__name__)


class UpstreamRefused(Exception):
    """A service answered with a problem document."""

    def __init__(self, status: int, code: str, body: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.body = body
        self.headers = headers


class UpstreamRequest(NamedTuple):
    """What is asked of a service; `content` is of this media type."""

    method: str
    path: str
    headers: Mapping[bytes, bytes]
    parameters: Parameters = ()
    content: bytes | None = None
    media_type: bytes = b"application/json"

    def authorised(self, token: str) -> "UpstreamRequest":
        """Return the request in the name of a token's person."""
        return self._replace(headers={**self.headers, b"authorization": f"Bearer {token}".encode("latin-1")})


class Upstream:
    """One service."""

    def __init__(self, client: HttpClient, url: str) -> None:
        """Take the client that all services share, and the URL of this one."""
        self._client = client
        self._url = url.rstrip("/")

    async def ask(self, request: UpstreamRequest) -> bytes:
        """Return the body of the answer.

        Raises:
            UpstreamRefused: The service refused.
            Unavailable: It does not answer, or not as agreed; whether anything was recorded is unknown.
        """
        headers, content = request.headers, request.content
        headers = {**headers, b"content-type": request.media_type} if content is not None else headers
        with _translated():
            answer = await self._client.ask(request.method, self._url_of(request), headers, content)
        if _is_success(answer.status):
            return answer.content
        raise _refusal(answer)

    @asynccontextmanager
    async def open(self, request: UpstreamRequest) -> AsyncIterator[OpenAnswer]:
        """The successful answer to a `GET` that does not end, while the context is open; raises as `ask`."""
        with _translated():
            async with self._client.open(self._url_of(request), request.headers) as answer:
                if not _is_success(answer.status):
                    raise _refusal(await answer.whole())
                yield answer

    async def probe(self) -> None:
        """Raise unless the service is ready: what it cannot do, nobody can do through this door."""
        await self.ask(UpstreamRequest("GET", "/health/ready", {}))

    def _url_of(self, request: UpstreamRequest) -> str:
        asked = f"?{urlencode(request.parameters)}" if request.parameters else ""
        return f"{self._url}{request.path}{asked}"


def read_answer(body: bytes, adapter: TypeAdapter[T]) -> T:
    """Return an answer as what was agreed; what that does not know is left out.

    Raises:
        Unavailable: It is not what was agreed.
    """
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        log.error("a service answered what was not agreed", cause=code_of(error))  # noqa: TRY400 - its words repeat values
        raise Unavailable("a service answered what was not agreed") from None


async def pass_on(request: Request, refused: Exception) -> Response:
    """Answer the browser with a service's own problem document."""
    assert isinstance(refused, UpstreamRefused)  # noqa: S101 - the framework's signature is wider than its promise
    request.scope[NOT_COUNTED] = True
    return Response(refused.body, refused.status, media_type=MEDIA_TYPE, headers=dict(refused.headers))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NoAnswer as error:
        raise Unavailable("a service does not answer; whether anything was recorded is unknown") from error


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def _refusal(answer: Answer) -> UpstreamRefused | Unavailable:
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if media_type != MEDIA_TYPE:
        return Unavailable(f"a service answered with status {answer.status}")
    try:
        code = str(orjson.loads(answer.content)["code"])
    except (ValueError, LookupError, TypeError):
        return Unavailable(f"a service answered with status {answer.status}")
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return UpstreamRefused(answer.status, code, answer.content, headers)

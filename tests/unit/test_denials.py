"""Refused requests are counted once each, and their events stay few whoever asks for what."""

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Scope

from concurrency.background import background
from edge import denial_recording
from edge.app import ServiceOptions, bearer_tokens, build_service
from edge.auth import requires
from edge.client_address import client_network
from edge.context import NOT_COUNTED
from edge.denial_recording import MAX_BATCHES, DenialRecording
from edge.denials import MAX_KEYS, MAX_MINUTES, SEVERAL, Denial, DenialCounter
from edge.raw_route import RawRoute
from identity.tokens import TokenIssuer, TokenVerifier
from schemas.errors import EmailNotVerified, LoginFailed, NotFound, TooManyRequests, Unavailable
from tests.doors import bearer, client_of
from tests.unit.streams.fakes import SetClock

SECRET = "a secret of the tests, long enough"
ANN = bearer(TokenIssuer(SECRET), "ann", "admin")
NOT_SIGNED = {"Authorization": "Bearer nonsense"}
BOB = bearer(TokenIssuer(SECRET), "bob", "customer")
HUNDRED_THOUSAND = 100_000


router = APIRouter()
raw_router = APIRouter(route_class=RawRoute)


@router.get("/things/{thing_id}", dependencies=[requires("admin")])
async def of_admins(thing_id: str) -> str:
    return thing_id


@router.get("/answers/{name}")
async def answer(name: str, request: Request) -> Response:
    match name:
        case "login":
            raise LoginFailed("no")
        case "unverified":
            raise EmailNotVerified("not yet")
        case "often":
            raise TooManyRequests("slower", retry_after=7)
        case "others":
            raise NotFound("not yours, so not there")
        case "bare":
            return Response(status_code=403)
        case "passed-on":
            request.scope[NOT_COUNTED] = True
            raise LoginFailed("said another service")
        case _:
            return Response()


@raw_router.get("/raw/{name}")
async def raw(request: Request) -> Response:
    raise EmailNotVerified("not yet")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def counter(clock: SetClock) -> DenialCounter:
    return DenialCounter(clock=clock)


@pytest.fixture
def app(counter: DenialCounter) -> FastAPI:
    options = ServiceOptions(
        title="denials",
        routers=[router, raw_router],
        authentication=bearer_tokens(TokenVerifier(SECRET)),
        probes={},
        denials=counter,
    )
    return build_service(options)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


def told(counter: DenialCounter) -> list[tuple[str, str, str, str | None, int]]:
    """What was counted, whatever its minute."""
    drained = counter.drain(everything=True)
    return [(denial.kind, denial.route, denial.code, denial.address, denial.count) for denial in drained]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "expected"),
    [
        ("GET", "/things/1", {}, 401, ("access", "/things/{thing_id}", "unauthorised")),
        ("DELETE", "/things/1", {}, 401, ("access", "/things/{thing_id}", "unauthorised")),
        ("GET", "/wp-login.php?user=ada", {}, 401, ("access", "unmatched", "unauthorised")),
        ("OPTIONS", "/things/1", {}, 401, ("access", "/things/{thing_id}", "unauthorised")),
        (
            "GET",
            "/things/1",
            NOT_SIGNED,
            401,
            ("access", "/things/{thing_id}", "unauthorised"),
        ),
        ("GET", "/things/1", BOB, 403, ("access", "/things/{thing_id}", "forbidden")),
        ("HEAD", "/things/1", BOB, 403, ("access", "/things/{thing_id}", "forbidden")),
        ("GET", "/answers/login", BOB, 401, ("login", "/answers/{name}", "login_failed")),
        ("HEAD", "/answers/login", BOB, 401, ("login", "/answers/{name}", "login_failed")),
        ("GET", "/answers/unverified", BOB, 403, ("access", "/answers/{name}", "email_not_verified")),
        ("GET", "/answers/often", BOB, 429, ("rate", "/answers/{name}", "too_many_requests")),
        ("GET", "/answers/bare", BOB, 403, ("access", "/answers/{name}", "forbidden")),
        ("GET", "/raw/1", BOB, 403, ("access", "/raw/{name}", "email_not_verified")),
    ],
)
async def test_a_denial_is_counted_once_whichever_layer_answers(
    client: httpx.AsyncClient,
    counter: DenialCounter,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
    expected: tuple[str, str, str],
) -> None:
    assert (await client.request(method, path, headers=headers)).status_code == status
    assert told(counter) == [(*expected, "127.0.0.1", 1)]


@pytest.mark.parametrize("path", ["/answers/others", "/answers/fine", "/answers/passed-on", "/nothing", "/health/live"])
async def test_nothing_else_is_counted(client: httpx.AsyncClient, counter: DenialCounter, path: str) -> None:
    await client.get(path, headers=ANN)
    await client.post(path, headers=ANN)
    assert told(counter) == []


async def test_a_caller_that_comes_too_often_is_told_when_to_come_again(client: httpx.AsyncClient) -> None:
    refused = await client.get("/answers/often", headers=BOB)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert (refused.headers["retry-after"], refused.json()["retryAfter"]) == ("7", 7)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("::1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        ("::1", "", "::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("a name", "", None),
        ("", "", None),
    ],
)
def test_a_client_is_known_through_our_own_proxies_only(
    app: FastAPI, peer: str, forwarded: str, expected: str | None
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert client_network({"type": "http", "app": app, "client": (peer, 1), "headers": headers}) == expected
    assert client_network({"type": "http", "app": app, "client": None, "headers": headers}) is None


async def bad_request(app: FastAPI, number: int, addresses: int) -> None:
    """One request, each of another path, from one of so many addresses."""
    number_of_client = number % addresses
    scope: Scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"/things/{number}" if number % 2 else f"/{number}/{number}",
        "query_string": b"",
        "headers": [],
        "client": (f"10.{number_of_client >> 16}.{number_of_client >> 8 & 255}.{number_of_client & 255}", 1),
        "server": ("test", 80),
    }

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        assert message.get("status", 401) == 401

    await app(scope, receive, send)


@pytest.mark.parametrize("addresses", [pytest.param(1, marks=pytest.mark.exhaustive), 10_000])
async def test_a_hundred_thousand_bad_requests_make_few_events_that_add_up(
    app: FastAPI, counter: DenialCounter, clock: SetClock, addresses: int
) -> None:
    clock.now = clock.now.replace(second=0)
    for number in range(HUNDRED_THOUSAND):
        await bad_request(app, number, addresses)
        clock.pass_by(0.00179)  # in all 179 seconds, so three minutes
    denials = counter.drain(everything=True)
    assert sum(denial.count for denial in denials) == HUNDRED_THOUSAND
    assert len({denial.minute for denial in denials}) == 3
    assert len(denials) == (6 if addresses == 1 else 3 * (70 + 2))


def test_a_minute_has_few_counts_even_where_routes_and_codes_are_many(counter: DenialCounter) -> None:
    for number in range(10_000):
        counter.count(f"code_{number % 50}", f"/{number % 90}", f"10.0.{number % 7}.{number % 250}")
        counter.count("login_failed", f"/{number}", None)
        counter.count("too_many_requests", f"/{number}", None, is_rate=True)
    found = counter.drain(everything=True)
    assert len(found) == MAX_KEYS
    assert sum(denial.count for denial in found) == 30_000
    assert {denial.kind for denial in found if denial.route == SEVERAL} == {"access", "login", "rate"}


def test_a_minute_is_told_when_it_is_over_and_only_then(counter: DenialCounter, clock: SetClock) -> None:
    counter.count("forbidden", "/a", "10.0.0.1")
    assert counter.drain() == []
    started = clock.now
    clock.pass_by(60)
    counter.count("forbidden", "/a", "10.0.0.1")
    [denial] = counter.drain()
    assert (denial.minute, denial.count) == (started.replace(second=0, microsecond=0), 1)
    assert counter.drain() == []
    assert len(counter.drain(everything=True)) == 1


def test_counts_that_nobody_drains_are_few_and_what_is_dropped_is_told(counter: DenialCounter, clock: SetClock) -> None:
    for _ in range(2 * MAX_MINUTES):
        counter.count("forbidden", "/a", "10.0.0.1")
        clock.pass_by(60)
    assert (len(counter.drain()), counter.take_dropped(), counter.take_dropped()) == (MAX_MINUTES, MAX_MINUTES, 0)


def test_an_address_is_not_shown_where_a_denial_is_printed(counter: DenialCounter) -> None:
    counter.count("forbidden", "/a", "198.51.100.23")
    assert "198.51.100.23" not in repr(counter.drain(everything=True))


class Recorder:
    """Remembers what is recorded; can be away, or never answer."""

    def __init__(self) -> None:
        self.is_away = False
        self.hangs = False
        self.tried: list[tuple[str, ...]] = []
        self.recorded: list[Denial] = []

    async def __call__(self, denials: Sequence[Denial]) -> None:
        self.tried.append(tuple(denial.id for denial in denials))
        if self.hangs:
            await asyncio.Event().wait()
        if self.is_away:
            raise Unavailable("away")
        self.recorded += denials


def lost(registry: CollectorRegistry) -> float:
    return registry.get_sample_value("aioutlet_denials_lost_total") or 0.0


@asynccontextmanager
async def recording(counter: DenialCounter, recorder: Recorder, **options: Any) -> AsyncIterator[DenialRecording]:
    running = DenialRecording(counter, recorder, **options)
    async with background(running.run()):
        await asyncio.sleep(0)  # it must have begun to be cancelled
        yield running


async def test_what_is_left_is_recorded_when_the_process_ends(counter: DenialCounter) -> None:
    recorder = Recorder()
    async with recording(counter, recorder):
        counter.count("forbidden", "/a", "10.0.0.1")
        assert recorder.recorded == []
    assert [denial.count for denial in recorder.recorded] == [1]


async def test_what_cannot_be_recorded_is_tried_again_as_it_was(counter: DenialCounter, clock: SetClock) -> None:
    recorder, registry = Recorder(), CollectorRegistry()
    running = DenialRecording(counter, recorder, registry=registry)
    recorder.is_away = True
    for _ in range(3):
        counter.count("forbidden", "/a", "10.0.0.1")
        clock.pass_by(60)
        await running.flush()
    recorder.is_away = False
    await running.flush()
    assert [denial.count for denial in recorder.recorded] == [1, 1, 1]
    assert set(recorder.tried[:4]) == {recorder.tried[0]}, "the first batch comes again before any other"
    assert lost(registry) == 0


async def test_what_cannot_be_recorded_for_long_is_dropped_and_counted(counter: DenialCounter, clock: SetClock) -> None:
    recorder, registry = Recorder(), CollectorRegistry()
    running = DenialRecording(counter, recorder, registry=registry)
    recorder.is_away = True
    for _ in range(MAX_BATCHES + 5):
        counter.count("forbidden", "/a", "10.0.0.1")
        clock.pass_by(60)
        await running.flush()
    assert lost(registry) == 5


async def test_a_recorder_that_never_answers_does_not_hold_up_the_end(
    counter: DenialCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(denial_recording, "LAST_WORDS", 0.01)
    recorder, registry = Recorder(), CollectorRegistry()
    recorder.hangs = True
    async with asyncio.timeout(5), recording(counter, recorder, registry=registry):
        counter.count("forbidden", "/a", "10.0.0.1")
    assert lost(registry) == 1


async def test_a_batch_is_never_larger_than_a_report_may_be(counter: DenialCounter, clock: SetClock) -> None:
    recorder = Recorder()
    for minute in range(3):
        for number in range(200):
            counter.count("forbidden", "/a", f"10.0.{minute}.{number}")
        clock.pass_by(60)
    await DenialRecording(counter, recorder).flush()
    assert max(map(len, recorder.tried)) <= MAX_KEYS
    assert Tally(each for batch in recorder.tried for each in batch).most_common(1)[0][1] == 1
    assert sum(denial.count for denial in recorder.recorded) == 600

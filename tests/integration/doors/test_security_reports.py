"""What services report of the requests they refused, and what the command API records of its own."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from aioutlet.denial_reporter import DenialReporter, issue_system_token
from aioutlet.http_server import listening
from aioutlet.services import ServiceContext, reporting_denials
from aioutlet.settings import Settings
from edge.context import fresh_id
from edge.denials import MAX_KEYS, Denial, DenialCounter
from identity.tokens import TokenIssuer
from schemas.errors import Unavailable
from schemas.security import LoginsFailed, SecurityFact
from streams.fetch_pacing import FetchPacing
from streams.metrics import Metrics
from tests.accounts import SECRET
from tests.integration.doors.counter import ANN, NOON, Counter, who
from tests.sealing import unseal

SHOP = who("aioutlet", "system")


def report(denials: int = 1, **said: Any) -> dict[str, Any]:
    """A report of so many denials."""
    one = {
        "minute": NOON.isoformat(),
        "kind": "access",
        "route": "/things/{thing_id}",
        "code": "forbidden",
        "count": 3,
        "address": "198.51.100.23",
    }
    return {"denials": [{"id": fresh_id()} | one | said for _ in range(denials)]}


async def facts(counter: Counter) -> list[SecurityFact]:
    return [event.event for event in await counter.log() if isinstance(event.event, SecurityFact)]


async def test_a_report_is_recorded_once(bare: Counter) -> None:
    body = report(2)
    for _ in range(2):
        assert await bare.done("POST", "/security/denials", headers=SHOP, json=body) == {"recorded": 2}
    assert [(each.route, each.count) for each in await facts(bare)] == [("/things/{thing_id}", 3)] * 2


async def test_the_largest_report_is_taken(bare: Counter) -> None:
    longest = {"route": "\U0001f3e0" * 500, "code": "c" * 64, "address": "f" * 64}
    body = report(MAX_KEYS, **longest)
    await bare.done("POST", "/security/denials", headers=SHOP, json=body)
    assert len(await facts(bare)) == MAX_KEYS


async def test_only_the_shops_own_services_report(bare: Counter) -> None:
    for headers in (ANN, who("ann", "system", kind="admin")):
        await bare.refused(403, "forbidden", "POST", "/security/denials", headers=headers, json=report())
    assert await facts(bare) == []


@pytest.mark.parametrize(
    "body", [report(0), report(MAX_KEYS + 1), report(count=0), report(kind="other"), report(address="x" * 65)]
)
async def test_what_is_no_report_is_refused(bare: Counter, body: dict[str, Any]) -> None:
    await bare.refused(422, "invalid", "POST", "/security/denials", headers=SHOP, json=body)
    assert await facts(bare) == []


def denial() -> Denial:
    return Denial(
        id=fresh_id(),
        minute=NOON,
        kind="login",
        route="/auth/login",
        code="login_failed",
        count=2,
        address="198.51.100.23",
    )


def reporter(counter: Counter, secret: str = SECRET) -> DenialReporter:
    return DenialReporter(counter.client, partial(issue_system_token, TokenIssuer(secret), "bff"))


async def test_what_a_service_reports_is_recorded_once_and_sealed(bare: Counter) -> None:
    told = denial()
    for _ in range(2):
        await reporter(bare).report([told])
    [fact] = await facts(bare)
    assert (type(fact), fact.route, fact.count) == (LoginsFailed, "/auth/login", 2)
    assert fact.address is not None
    assert unseal(fact.address) == "198.51.100.23"


async def test_a_report_that_is_not_taken_is_not_lost(bare: Counter) -> None:
    with pytest.raises(Unavailable, match="401"):
        await reporter(bare, "another secret of the tests, long").report([denial()])


async def test_a_report_to_a_command_api_that_is_away_is_not_lost() -> None:
    async with httpx.AsyncClient(base_url="http://127.0.0.1:1") as client:
        with pytest.raises(Unavailable):
            await DenialReporter(client, lambda: "token").report([denial()])


async def test_a_service_reports_what_it_refused_at_the_latest_when_it_ends(bare: Counter) -> None:
    async with listening(bare.app, host="127.0.0.1", port=0, setting="PORT") as url:
        registry = CollectorRegistry()
        context = ServiceContext(
            name="query-api",
            settings=Settings(token_secret=SECRET, command_url=url),
            registry=registry,
            metrics=Metrics(registry),
            pacing=FetchPacing(),
            denials=DenialCounter(),
        )
        bare.clock.now = datetime.now(UTC)
        async with reporting_denials(context):
            await asyncio.sleep(0)
            context.denials.count("forbidden", "/orders", "198.51.100.23")
            assert await facts(bare) == []
        assert [(fact.route, fact.count) for fact in await facts(bare)] == [("/orders", 1)]

"""What services report of the requests they refused, and what the command API records of its own."""

from typing import Any

import pytest

from edge.context import fresh_id
from edge.denials import MAX_KEYS
from schemas.security import SecurityFact
from tests.integration.doors.counter import ANN, NOON, Counter, who

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
    longest = {"route": "\U0001f3e0" * 500, "code": "\U0001f3e0" * 500, "address": "\U0001f3e0" * 64}
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

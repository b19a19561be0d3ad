"""The configuration at the query door: what is in force, every version before it, who set it and why."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from domain.config import released_values
from domain.fulfilment.policy import POLICY
from schemas.config import ConfigChanged, ConfigKey
from tests.histories import recorded
from tests.integration.doors.counter import ANN, BOB, OLIVE
from tests.integration.doors.reader import Reader

RELEASED = {key.value: value.model_dump(mode="json") for key, value in released_values(POLICY).items()}


def weights(order: float) -> dict[str, float]:
    return RELEASED["trending"] | {"order": order}


def changes(*orders: float) -> Sequence[ConfigChanged]:
    """Trending, changed to these weights of an order, one after another."""
    values = [RELEASED["trending"], *map(weights, orders)]
    return [
        ConfigChanged(
            key=ConfigKey.TRENDING, version=number, old=old, new=new, by=f"admin-{number}", reason=f"reason {number}"
        )
        for number, (old, new) in enumerate(pairwise(values), 1)
    ]


async def test_what_was_released_is_in_force_until_somebody_changes_it(reader: Reader) -> None:
    answer = await reader.told("/admin/config")
    assert [(each["key"], each["version"], each["value"]) for each in answer] == [
        (key, 0, value) for key, value in RELEASED.items()
    ]
    assert {(each["by"], each["reason"], each["changedAt"]) for each in answer} == {(None, None, None)}


async def test_the_last_change_is_in_force(reader: Reader) -> None:
    await reader.sees(recorded(changes(20, 30)))
    [trending] = [each for each in await reader.told("/admin/config") if each["version"]]
    assert (trending["key"], trending["version"], trending["value"]) == ("trending", 2, weights(30))
    assert (trending["by"], trending["reason"]) == ("admin-2", "reason 2")


async def test_a_key_lists_its_versions_as_far_as_the_released_one(reader: Reader) -> None:
    await reader.sees(recorded(changes(20, 30, 40)))
    answer = await reader.told("/admin/config/trending")
    assert (answer["version"], answer["value"], answer["total"], answer["next"]) == (3, weights(40), 4, None)
    assert [(each["version"], each["by"], each["reason"]) for each in answer["versions"]] == [
        (3, "admin-3", "reason 3"),
        (2, "admin-2", "reason 2"),
        (1, "admin-1", "reason 1"),
        (0, None, None),
    ]


async def test_long_histories_are_read_page_by_page(reader: Reader) -> None:
    await reader.sees(recorded(changes(20, 30, 40)))
    seen, cursor = list[int](), ""
    while cursor is not None:
        page = await reader.told("/admin/config/trending", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [each["version"] for each in page["versions"]]
        cursor = page["next"]
    assert seen == [3, 2, 1, 0]


async def test_the_etag_is_what_a_change_sends_back(reader: Reader) -> None:
    await reader.sees(recorded(changes(20)))
    answer = await reader.asks("/admin/config/trending", headers=ANN)
    assert answer.headers["etag"] == '"1"'


async def test_every_version_can_be_read_again(reader: Reader) -> None:
    await reader.sees(recorded(changes(20, 30)))
    read = [(await reader.told(f"/admin/config/trending/versions/{number}"))["value"] for number in range(3)]
    assert read == [RELEASED["trending"], weights(20), weights(30)]
    await reader.refused(404, "not_found", "/admin/config/trending/versions/3")
    await reader.refused(422, "invalid", "/admin/config/weather")


async def test_ones_own_change_is_waited_for(reader: Reader) -> None:
    await reader.sees(recorded(changes(20)))
    header = {"X-Min-Position": "ops-config@1"}
    assert (await reader.told("/admin/config/trending", headers=header))["version"] == 1


@pytest.mark.parametrize("caller", [BOB, OLIVE])
@pytest.mark.parametrize("path", ["/admin/config", "/admin/config/pricing", "/admin/config/pricing/versions/0"])
async def test_only_an_admin_reads_it(reader: Reader, caller: dict[str, str], path: str) -> None:
    await reader.refused(403, "forbidden", path, headers=caller)

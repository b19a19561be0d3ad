"""Changing the configuration at the command door: by whom and why it is recorded, and the next order goes by it."""

from copy import deepcopy
from typing import Any

import pytest

from domain.pricing import CURRENT, released_pricing
from schemas.config import ConfigChanged, ConfigKey
from schemas.order import OrderCreated
from schemas.stream_names import CONFIG_STREAM
from tests.integration.doors.counter import ANN, BOB, LAMP, OLIVE, Counter, basket, key, open_counter, problem

PRICING: dict[str, Any] = released_pricing().model_dump(mode="json")
WEIGHTS = {"view": 1, "cartAdd": 4, "order": 12, "halfLifeHours": 6}


def taxed(**percent: str) -> dict[str, Any]:
    """The released rules, with these rates of regions instead (`US_CA` for `US-CA`)."""
    value = deepcopy(PRICING)
    value["tax"] |= {region.replace("_", "-"): rate for region, rate in percent.items()}
    return value


def change(value: object, version: int | None = 0, reason: str = "A new law") -> dict[str, Any]:
    return {"value": value, "reason": reason} | ({} if version is None else {"version": version})


async def priced_by(counter: Counter, order: dict[str, Any]) -> str:
    [envelope] = await counter.store.stream(order["streamId"])
    assert isinstance(envelope.event, OrderCreated)
    return envelope.event.rules_version


async def test_a_change_is_recorded_with_who_why_and_what_was_before(counter: Counter) -> None:
    answer = await counter.done("PUT", "/admin/config/pricing", json=change(taxed(US_CA="7.5")))
    assert answer == {
        "key": "pricing",
        "configVersion": 1,
        "streamId": CONFIG_STREAM,
        "version": 1,
        "position": 3,
    }
    [envelope] = await counter.store.stream(CONFIG_STREAM)
    assert envelope.event == ConfigChanged(
        key=ConfigKey.PRICING, version=1, old=PRICING, new=taxed(US_CA="7.5"), by="ann", reason="A new law"
    )
    assert (envelope.actor.type, envelope.actor.id) == ("admin", "ann")


async def test_the_next_order_is_priced_by_it_and_names_its_version(counter: Counter) -> None:
    before = (await counter.place("a")).json()
    await counter.done("PUT", "/admin/config/pricing", json=change(taxed(US_CA="10")))
    after = (await counter.place("b")).json()
    await counter.done("PUT", "/admin/config/pricing", json=change(taxed(US_CA="7.25"), 1))
    last = (await counter.place("c")).json()
    assert [order["tax"] for order in (before, after, last)] == [254, 350, 254]
    assert [await priced_by(counter, each) for each in (before, after, last)] == [CURRENT, "pricing-1", "pricing-2"]


async def test_an_order_quoted_before_a_change_is_refused_with_the_new_quote(counter: Counter) -> None:
    quoted = (await counter.place("a")).json()["totalAmount"]
    await counter.done("PUT", "/admin/config/pricing", json=change(taxed(US_CA="10")))
    refusal = problem(await counter.place("b", basket(totalAmount=quoted)), 409, "total_differs")
    assert (refusal["tax"], refusal["totalAmount"]) == (350, 4448)
    agreed = await counter.place("c", basket(totalAmount=4448))
    assert agreed.status_code == 201


async def test_other_processes_price_by_it_too() -> None:
    async with open_counter() as one:
        await one.stock(LAMP)
        async with open_counter(one.store) as other:
            assert (await other.place("a")).json()["tax"] == 254
            await one.done("PUT", "/admin/config/pricing", json=change(taxed(US_CA="10")))
            assert (await other.place("b")).json()["tax"] == 350


async def test_a_shipping_fee_is_in_force_for_the_next_order_and_a_currency_can_be_given_up(counter: Counter) -> None:
    fees = {"USD": {"amount": 123, "freeFrom": 1_000_000}}
    await counter.done("PUT", "/admin/config/pricing", json=change(PRICING | {"fees": fees}))
    assert (await counter.place("a")).json()["shipping"] == 123
    await counter.done("PUT", "/admin/config/pricing", json=change(PRICING | {"fees": {"EUR": fees["USD"]}}, 1))
    problem(await counter.place("b"), 409, "currency_not_accepted")


async def test_a_lost_update_is_refused_with_the_version_in_force(counter: Counter) -> None:
    await counter.done("PUT", "/admin/config/trending", json=change(WEIGHTS))
    other = change(WEIGHTS | {"view": 2})
    refusal = await counter.refused(
        409, "config_version_differs", "PUT", "/admin/config/trending", json=other, headers=ANN
    )
    assert (refusal["key"], refusal["version"]) == ("trending", 1)


async def test_if_match_says_the_version_too(counter: Counter) -> None:
    path, body = "/admin/config/trending", change(WEIGHTS, None)
    await counter.done("PUT", path, json=body, headers={"If-Match": '"0"'})
    for wrong in ('"x"', "*", 'W/"1"', ""):
        problem(await counter.says("PUT", path, json=body, headers=ANN | {"If-Match": wrong}), 422, "invalid")
    differing = change(WEIGHTS, 1)
    problem(await counter.says("PUT", path, json=differing, headers=ANN | {"If-Match": '"0"'}), 422, "invalid")
    [missing] = problem(await counter.says("PUT", path, json=body, headers=ANN), 422, "invalid")["errors"]
    assert (missing["field"], missing["in"]) == ("version", "body")


async def test_the_same_request_again_changes_nothing_more(counter: Counter) -> None:
    path, body = "/admin/config/trending", change(WEIGHTS)
    first = await counter.done("PUT", path, json=body, headers=key("k"))
    assert await counter.done("PUT", path, json=body, headers=key("k")) == first
    again = await counter.done("PUT", path, json=body)
    assert (again["configVersion"], len(await counter.store.stream(CONFIG_STREAM))) == (1, 1)


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("pricing", PRICING | {"tax": {"US-CA": "7,25"}}, "value.tax.US-CA", "string_pattern_mismatch"),
        ("pricing", taxed(XX="1"), "value.tax.XX", "region_unknown"),
        ("pricing", taxed(US_ZZ="1"), "value.tax.US-ZZ", "region_unknown"),
        ("pricing", PRICING | {"taxedByPart": ["DE"]}, "value.taxedByPart.0", "no_part_taxed"),
        ("pricing", PRICING | {"taxedByPart": ["QQ"]}, "value.taxedByPart.0", "country_unknown"),
        ("pricing", PRICING | {"vat": "1"}, "value.vat", "extra_forbidden"),
        ("deadlines", {"payment": 1, "inventory": 1, "shipping": 60, "undo": 1, "reservation": 9},
         "value", "reservation_too_short"),
        ("deadlines", {"payment": -1}, "value.payment", "greater_than_equal"),
        ("trending", {"view": 0, "cartAdd": 0, "order": 0}, "value", "weights_all_zero"),
    ],
)  # fmt: skip
async def test_a_wrong_value_is_refused_beside_its_field(
    counter: Counter, path: str, value: object, field: str, code: str
) -> None:
    refusal = await counter.refused(422, "invalid", "PUT", f"/admin/config/{path}", json=change(value), headers=ANN)
    assert (field, code) in [(each["field"], each["code"]) for each in refusal["errors"]]
    assert await counter.store.stream(CONFIG_STREAM) == []


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
async def test_a_change_says_why(counter: Counter, reason: str) -> None:
    body = change(WEIGHTS, reason=reason)
    await counter.refused(422, "invalid", "PUT", "/admin/config/trending", json=body, headers=ANN)


@pytest.mark.parametrize("caller", [BOB, OLIVE])
async def test_only_an_admin_changes_it(counter: Counter, caller: dict[str, str]) -> None:
    await counter.refused(403, "forbidden", "PUT", "/admin/config/trending", json=change(WEIGHTS), headers=caller)

"""`POST /orders` and places: taxed alike however a place is written, and refused beside the field where it is none."""

from typing import Any

import orjson
import pytest

from schemas.order import OrderCreated
from tests.integration.doors.counter import BOB, Counter, basket, key
from tests.sealing import unseal

AT_HOME = {"name": "Wilhelmina Featherstone", "line1": "221B Baker Street", "city": "Springfield"}
CALIFORNIA = {"country": "US", "postalCode": "93950"}
QUEBEC = {"country": "CA", "postalCode": "H3Z 2Y7"}
TOKYO = {"country": "JP", "postalCode": "150-8512"}
BAVARIA = {"country": "DE", "postalCode": "80331"}


async def kept(counter: Counter, order: dict[str, Any]) -> dict[str, Any]:
    """The address as it is sealed in the log."""
    [envelope] = await counter.store.stream(order["streamId"])
    assert isinstance(envelope.event, OrderCreated)
    address: dict[str, Any] = orjson.loads(unseal(envelope.event.shipping_address))
    return address


@pytest.mark.parametrize(
    ("place", "region", "code", "tax"),
    [
        *((CALIFORNIA, region, "CA", 254) for region in ("CA", "ca", "US-CA", "us-ca", "California", "CALIFORNIA")),
        *((QUEBEC, region, "QC", 524) for region in ("QC", "CA-QC", "Quebec", "Québec", "Que\u0301bec", "québec")),
        *((TOKYO, region, "13", 350) for region in ("13", "JP-13", "Tokyo", "東京都")),
        *((BAVARIA, region, "BY", 665) for region in ("BY", "DE-BY", "Bayern", "Bavaria", None)),
    ],
)
async def test_a_place_is_taxed_and_kept_alike_however_it_is_written(
    counter: Counter, place: dict[str, str], region: str | None, code: str, tax: int
) -> None:
    answer = await counter.place("k", basket(shippingAddress=AT_HOME | place | {"region": region}))
    assert answer.status_code == 201, answer.text
    order = answer.json()
    assert order["tax"] == tax
    address = await kept(counter, order)
    assert (address["region"], address["country"]) == (region and code, place["country"])


async def test_an_order_written_in_another_way_is_the_same_order(counter: Counter) -> None:
    first = await counter.place("k", basket(shippingAddress=AT_HOME | CALIFORNIA | {"region": "CA"}))
    again = await counter.place("k", basket(shippingAddress=AT_HOME | CALIFORNIA | {"region": "California"}))
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("field", ["shippingAddress", "billingAddress"])
@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"country": "ZZ"}, {"country": "country_unknown"}),
        ({"country": "QQ"}, {"country": "country_unknown"}),
        ({"country": "EU"}, {"country": "country_unknown"}),
        ({"country": "XK"}, {"country": "country_unknown"}),
        ({"region": "Kalifornia"}, {"region": "region_unknown"}),
        ({"region": "QC"}, {"region": "region_unknown"}),
        ({"region": None}, {"region": "missing"}),
        ({"country": "CA", "postalCode": "H3Z 2Y7", "region": None}, {"region": "missing"}),
        ({"postalCode": None}, {"postalCode": "missing"}),
        ({"postalCode": "9395"}, {"postalCode": "postal_code_invalid"}),
        ({"postalCode": "10001"}, {"postalCode": "postal_code_elsewhere"}),
        ({"city": None}, {"city": "missing"}),
        ({"country": "NZ", "region": None}, {"postalCode": "postal_code_invalid"}),
        ({"city": None, "region": "Atlantis", "postalCode": "X"}, {
            "city": "missing", "region": "region_unknown", "postalCode": "postal_code_invalid",
        }),
    ],
)  # fmt: skip
async def test_what_names_no_place_is_refused_beside_its_field(
    counter: Counter, field: str, change: dict[str, Any], wrong: dict[str, str]
) -> None:
    good = AT_HOME | CALIFORNIA | {"region": "CA"}
    body = basket(shippingAddress=good) | {field: good | change}
    refusal = await counter.refused(422, "invalid", "POST", "/orders", json=body, headers=BOB | key("k"))
    assert {error["field"]: error["code"] for error in refusal["errors"]} == {
        f"{field}.{name}": code for name, code in wrong.items()
    }
    assert "Kalifornia" not in str(refusal)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"country": "CA", "region": "QC", "postalCode": "12345"}, "H3Z 2Y7"),
        ({"country": "GB", "postalCode": "SW1A 1AA", "region": "West Yorkshire"}, "need none"),
        ({"country": "US", "postalCode": "93950", "region": "Atlantis"}, "ISO 3166-2"),
    ],
)
async def test_a_refusal_says_what_to_write(counter: Counter, place: dict[str, str], told: str) -> None:
    body = basket(shippingAddress=AT_HOME | place)
    refusal = await counter.refused(422, "invalid", "POST", "/orders", json=body, headers=BOB | key("k"))
    assert told in refusal["errors"][0]["detail"]


@pytest.mark.parametrize(
    "place",
    [
        {"country": "HK", "region": "Kowloon"},
        {"country": "HK", "city": "Hong Kong"},
        {"country": "AE", "city": "Dubai"},
        {"country": "AE", "city": "Dubai", "region": "Dubai"},
        {"country": "QA", "city": "Doha"},
        {"country": "MO", "city": None},
    ],
)
async def test_an_order_goes_where_no_postal_code_is_needed(counter: Counter, place: dict[str, str | None]) -> None:
    answer = await counter.place("k", basket(shippingAddress=AT_HOME | place))
    assert answer.status_code == 201, answer.text
    assert (await kept(counter, answer.json()))["postalCode"] is None


@pytest.mark.parametrize("written", ["UK", "GB", "gb"])
async def test_the_kingdom_is_taxed_under_either_name(counter: Counter, written: str) -> None:
    place = {"country": written, "city": "London", "postalCode": "sw1a 1aa"}
    answer = await counter.place("k", basket(shippingAddress=AT_HOME | place))
    assert answer.json()["tax"] == 700
    address = await kept(counter, answer.json())
    assert (address["country"], address["postalCode"]) == ("GB", "SW1A 1AA")

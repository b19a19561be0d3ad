"""The catalogue's commands: what an admin may say of a product, and what becomes of it."""

import re
import unicodedata
from typing import Any

import orjson
import pytest

from command_api.routers.products import MAX_IMPORTED
from schemas.codec import encode_data
from schemas.reserved_ids import RESERVED_IDS
from tests.examples import EXAMPLES
from tests.integration.doors.counter import ANN, JSON, LAMP, MUG, Counter, key

VASE = LAMP | {"productId": "vase", "name": "Vase"}
PRICE = {"price": {"amount": 2999, "currency": "USD"}}


async def test_a_product_comes_into_the_catalogue(bare: Counter) -> None:
    answer = await bare.done("POST", "/products", 201, json=LAMP)
    assert answer == {"streamId": "product-lamp", "version": 1, "position": 1, "productId": "lamp"}
    assert await bare.recorded() == ["product.created"]


async def test_a_product_without_an_id_is_given_one(bare: Counter) -> None:
    body = {name: value for name, value in LAMP.items() if name != "productId"}
    one, two = (
        await bare.done("POST", "/products", 201, json=body),
        await bare.done("POST", "/products", 201, json=body),
    )
    assert re.fullmatch(r"[0-9a-f-]{36}", one["productId"])
    assert one["productId"] != two["productId"]


async def test_without_an_id_but_under_a_key_it_is_one_product(bare: Counter) -> None:
    body = {name: value for name, value in LAMP.items() if name != "productId"}
    one = await bare.done("POST", "/products", 201, json=body, headers=key("k"))
    assert await bare.done("POST", "/products", 201, json=body, headers=key("k")) == one
    assert await bare.recorded() == ["product.created"]


async def test_the_same_product_again_changes_nothing(counter: Counter) -> None:
    answer = await counter.done("POST", "/products", 201, json=LAMP)
    assert (answer["version"], answer["position"]) == (1, 1)
    assert await counter.recorded(after=2) == []


async def test_the_same_product_again_gets_the_first_answer_although_it_has_changed_since(counter: Counter) -> None:
    await counter.done("PUT", "/products/lamp/price", json=PRICE)
    await counter.done("PATCH", "/products/lamp", json={"name": "Brass lamp"})
    answer = await counter.done("POST", "/products", 201, json=LAMP)
    assert answer == {"streamId": "product-lamp", "version": 1, "position": 1, "productId": "lamp"}


async def test_another_product_of_the_same_id_is_refused(counter: Counter) -> None:
    said = {"json": LAMP | {"name": "Another lamp"}, "headers": ANN}
    refusal = await counter.refused(409, "product_exists", "POST", "/products", **said)
    assert refusal["productId"] == "lamp"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"department": "x" * 81}, "department"),
        ({"price": {"amount": -1, "currency": "USD"}}, "price.amount"),
        ({"price": {"amount": 12.99, "currency": "USD"}}, "price.amount"),
        ({"price": {"amount": 10**12 + 1, "currency": "USD"}}, "price.amount"),
        ({"price": {"amount": 1, "currency": "usd"}}, "price.currency"),
        ({"price": {"amount": 1}}, "price.currency"),
        ({"productId": "a b"}, "productId"),
        ({"description": "x" * 2_001}, "description"),
        ({"forSale": True}, "forSale"),
        ({"attributes": {"Size": ""}}, "attributes.Size"),
        ({"attributes": {"Size": "x" * 201}}, "attributes.Size"),
        ({"attributes": {str(number): "x" for number in range(21)}}, "attributes"),
        ({"picture": "../x"}, "picture"),
    ],
)
async def test_a_product_is_held_to_its_form(counter: Counter, change: dict[str, Any], field: str) -> None:
    refusal = await counter.refused(422, "invalid", "POST", "/products", json=VASE | change, headers=ANN)
    assert [error["field"] for error in refusal["errors"]] == [field]


async def test_what_is_said_of_a_product_changes_and_the_rest_stays(counter: Counter) -> None:
    answer = await counter.done("PATCH", "/products/lamp", json={"name": "Brass lamp"})
    assert (answer["version"], answer["position"]) == (2, 3)
    [event] = await counter.log(after=2)
    assert (event.type, event.event.model_dump(include={"name", "category"})) == (
        "product.updated",
        {"name": "Brass lamp", "category": "Lighting"},
    )


@pytest.mark.parametrize("changes", [{}, {"name": LAMP["name"]}])
async def test_a_change_that_changes_nothing_records_nothing(counter: Counter, changes: dict[str, str]) -> None:
    assert (await counter.done("PATCH", "/products/lamp", json=changes))["version"] == 1
    assert await counter.recorded(after=2) == []


async def test_attributes_and_a_picture_come_and_go(counter: Counter) -> None:
    said = {"attributes": {"Height": "40 cm", "Material": "Brass"}, "picture": "light-bulb"}
    await counter.done("POST", "/products", 201, json=VASE | said)
    await counter.done("PATCH", "/products/vase", json={"attributes": {"Height": None, "Weight": "1 kg"}})
    await counter.done("PATCH", "/products/vase", json={"attributes": None, "picture": None})
    data = [orjson.loads(encode_data(each.event)) for each in await counter.log(after=2)]
    assert [({"attributes", "picture"} & each.keys(), each.get("attributes")) for each in data] == [
        ({"attributes", "picture"}, said["attributes"]),
        ({"attributes", "picture"}, {"Material": "Brass", "Weight": "1 kg"}),
        (set(), None),
    ]


async def test_a_product_has_no_more_attributes_than_it_may(counter: Counter) -> None:
    most = {str(number): "x" for number in range(20)}
    await counter.done("PATCH", "/products/lamp", json={"attributes": most})
    said = {"json": {"attributes": {"1 more": "x"}}, "headers": ANN}
    refusal = await counter.refused(409, "too_many_attributes", "PATCH", "/products/lamp", **said)
    assert refusal["limit"] == 20


async def test_a_discontinued_product_is_relisted_once(counter: Counter) -> None:
    await counter.done("POST", "/products/lamp/relist")
    await counter.done("POST", "/products/lamp/discontinue")
    first = await counter.done("POST", "/products/lamp/relist")
    assert await counter.done("POST", "/products/lamp/relist") == first
    assert await counter.recorded(after=2) == ["product.discontinued", "product.relisted"]
    await counter.done("PUT", "/products/lamp/price", json=PRICE)


async def test_a_price_changes_in_its_currency(counter: Counter) -> None:
    await counter.done("PUT", "/products/lamp/price", json=PRICE)
    assert (await counter.done("PUT", "/products/lamp/price", json=PRICE))["version"] == 2
    assert await counter.recorded(after=2) == ["product.price.changed"]


async def test_a_price_in_another_currency_is_refused(counter: Counter) -> None:
    said = {"json": {"price": {"amount": 2999, "currency": "EUR"}}, "headers": ANN}
    refusal = await counter.refused(409, "currency_differs", "PUT", "/products/lamp/price", **said)
    assert (refusal["productId"], refusal["currency"]) == ("lamp", "USD")


async def test_a_product_is_discontinued_once_and_not_changed_afterwards(counter: Counter) -> None:
    first = await counter.done("POST", "/products/lamp/discontinue")
    assert await counter.done("POST", "/products/lamp/discontinue") == first
    assert await counter.recorded(after=2) == ["product.discontinued"]
    for method, path, body in (("PATCH", "/products/lamp", {"name": "x"}), ("PUT", "/products/lamp/price", PRICE)):
        await counter.refused(409, "product_not_for_sale", method, path, json=body, headers=ANN)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/products/unicorn", {"name": "x"}),
        ("PUT", "/products/unicorn/price", PRICE),
        ("POST", "/products/unicorn/discontinue", None),
        ("POST", "/products/unicorn/relist", None),
    ],
)
async def test_a_product_nobody_knows_is_not_found(counter: Counter, method: str, path: str, body: Any) -> None:
    refusal = await counter.refused(404, "not_found", method, path, json=body, headers=ANN)
    assert refusal["productId"] == "unicorn"


async def test_many_products_come_in_at_once_and_those_already_there_stay(counter: Counter) -> None:
    answer = await counter.done("POST", "/products/import", json={"products": [LAMP, VASE, MUG]})
    assert answer == {"imported": 1, "unchanged": 2, "streamId": "product-vase", "version": 1, "position": 3}
    again = await counter.done("POST", "/products/import", json={"products": [LAMP, VASE, MUG]})
    assert (again["imported"], again["unchanged"]) == (0, 3)
    assert await counter.recorded(after=2) == ["product.created"]


async def test_of_an_import_all_comes_in_or_nothing(counter: Counter) -> None:
    products = [VASE, LAMP | {"name": "Another lamp"}]
    await counter.refused(409, "product_exists", "POST", "/products/import", json={"products": products}, headers=ANN)


async def test_an_import_names_no_product_twice(counter: Counter) -> None:
    said = {"json": {"products": [VASE, LAMP, VASE]}, "headers": ANN}
    refusal = await counter.refused(422, "invalid", "POST", "/products/import", **said)
    assert refusal["productIds"] == ["vase"]


@pytest.mark.parametrize("count", [0, MAX_IMPORTED + 1])
async def test_an_import_is_of_some_products_and_not_of_too_many(counter: Counter, count: int) -> None:
    products = [LAMP | {"productId": f"p-{number}"} for number in range(count)]
    await counter.refused(422, "invalid", "POST", "/products/import", json={"products": products}, headers=ANN)


@pytest.mark.parametrize(
    ("changes", "field"), [({name: None}, name) for name in ("name", "department", "category")], ids=str
)
async def test_null_is_refused_where_something_must_be(counter: Counter, changes: dict[str, Any], field: str) -> None:
    refusal = await counter.refused(422, "invalid", "PATCH", "/products/lamp", json=changes, headers=ANN)
    assert [error["field"] for error in refusal["errors"]] == [field]


@pytest.mark.parametrize(("field", "cleared"), [("brand", None), ("description", "")])
@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
async def test_null_clears_what_need_not_be_there(
    counter: Counter, field: str, cleared: object, media_type: str
) -> None:
    await counter.done("PATCH", "/products/lamp", json={"brand": "Acme", "description": "It bends."})
    said: dict[str, Any] = {"content": orjson.dumps({field: None}), "headers": {"Content-Type": media_type}}
    assert (await counter.done("PATCH", "/products/lamp", **said))["version"] == 3
    [event] = await counter.log(after=3)
    changed = event.event.model_dump(include={"brand", "description"})
    assert changed == {"brand": "Acme", "description": "It bends."} | {field: cleared}
    assert (await counter.done("PATCH", "/products/lamp", **said))["version"] == 3


async def test_what_was_not_said_is_not_what_was_said_as_null(counter: Counter) -> None:
    await counter.done("PATCH", "/products/lamp", json={"brand": "Acme"})
    await counter.done("PATCH", "/products/lamp", json={"name": "Brass lamp"}, headers=key("k"))
    said = {"json": {"name": "Brass lamp", "brand": None}, "headers": ANN | key("k")}
    await counter.refused(422, "idempotency_key_reused", "PATCH", "/products/lamp", **said)


@pytest.mark.parametrize("product_id", sorted(RESERVED_IDS))
async def test_a_word_of_the_paths_is_no_id_of_a_product(counter: Counter, product_id: str) -> None:
    product = LAMP | {"productId": product_id}
    for path, body, field in (
        ("/products", product, "productId"),
        ("/products/import", {"products": [VASE, product]}, "products.1.productId"),
    ):
        refusal = await counter.refused(422, "invalid", "POST", path, json=body, headers=ANN)
        assert [(error["field"], error["code"]) for error in refusal["errors"]] == [(field, "reserved_id")]


TEXTS = ("name", "department", "category", "brand", "description")


@pytest.mark.parametrize("field", TEXTS)
async def test_texts_are_recorded_in_their_composed_form(bare: Counter, field: str) -> None:
    typed = LAMP | {field: unicodedata.normalize("NFD", "Crème Phở 한글")}
    await bare.done("POST", "/products", 201, json=typed)
    [event] = await bare.log()
    assert event.event.model_dump()[field] == unicodedata.normalize("NFC", "Crème Phở 한글")
    assert (await bare.done("POST", "/products", 201, json=typed))["version"] == 1


@pytest.mark.parametrize(
    "bad", ["\x00", "La\x00mp", "\x1b[31m", "\u200b", "\ufeff", "\ufeffLamp", "\u3164", "\u2800"], ids=ascii
)
async def test_what_is_no_text_is_refused_beside_its_field(counter: Counter, bad: str) -> None:
    for method, path, body in (
        ("POST", "/products", VASE),
        ("PATCH", "/products/lamp", {}),
        ("POST", "/products/import", VASE),
    ):
        for field in TEXTS:
            changed = body | {field: bad}
            said = {"json": {"products": [changed]} if path.endswith("import") else changed, "headers": ANN}
            refusal = await counter.refused(422, "invalid", method, path, **said)
            error, *_ = refusal["errors"]
            assert error["field"].removeprefix("products.0.") == field
            assert error["code"] in {"control_character", "invisible_text"}


async def test_a_byte_order_mark_may_stand_before_an_import_and_is_no_part_of_it(bare: Counter) -> None:
    body = b"\xef\xbb\xbf" + orjson.dumps({"products": [LAMP]})
    await bare.done("POST", "/products/import", content=body, headers=JSON)
    [event] = await bare.log()
    assert event.event.model_dump()["name"] == LAMP["name"]


async def test_a_product_recorded_under_older_rules_is_recognised(bare: Counter) -> None:
    older = {"name": unicodedata.normalize("NFD", "Crème"), "description": "one\r\ntwo"}
    created = EXAMPLES["product.created"].model_copy(update=older)
    await bare.happened(created)
    repeated = orjson.loads(encode_data(created))
    assert (await bare.done("POST", "/products/import", json={"products": [repeated]}))["unchanged"] == 1


@pytest.mark.parametrize("field", ["brand", "description"])
async def test_what_null_clears_is_another_request_than_what_is_left_out(counter: Counter, field: str) -> None:
    await counter.done("PATCH", "/products/lamp", json={"name": "Brass lamp", field: None}, headers=key("k"))
    said = {"json": {"name": "Brass lamp"}, "headers": ANN | key("k")}
    await counter.refused(422, "idempotency_key_reused", "PATCH", "/products/lamp", **said)

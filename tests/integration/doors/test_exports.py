"""The file with everything held on one person: whole, theirs alone, and in the clear only for whom it concerns."""

from typing import Any

import pytest

from query_api.export import UserExport
from query_api.paging import MAX_ITEMS
from schemas.actor_type import ActorType
from schemas.cart import CartCreated, CartOwner
from schemas.message import Event
from tests.examples import OPERATOR_ID
from tests.histories import COMPLETED, events, recorded
from tests.integration.doors.counter import ADDRESS, ANN, BOB, EVE, who
from tests.integration.doors.people import logged_in, mail_of, verified, with_address
from tests.integration.doors.reader import Reader
from tests.sealing import seal

BOBS = [*verified("bob"), *with_address("bob"), *logged_in("bob", "s1")]


def ordered(order_id: str, *names: str, by: str = "bob") -> list[Event]:
    """A whole story of one person's order."""
    address = seal(by, '{"line1": "Baker Street"}')
    about = {"order_id": order_id, "customer_id": by, "shipping_address": address, "billing_address": address}
    return events(*(names or COMPLETED), **about)


async def exported(reader: Reader, path: str = "/users/me/export", headers: dict[str, str] = BOB) -> dict[str, Any]:
    answer = await reader.asks(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["content-disposition"] == 'attachment; filename="aioutlet-bob.json"'
    assert answer.headers["cache-control"] == "no-store"
    file: dict[str, Any] = answer.json()
    UserExport.model_validate(file, extra="forbid")
    return file


async def test_it_holds_the_profile_and_every_order_with_its_story(reader: Reader) -> None:
    await reader.sees(recorded([*BOBS, *ordered("first"), *ordered("second", "order.created")]))
    file = await exported(reader)
    assert file["profile"] == await reader.told("/users/me", headers=BOB)
    assert file["profile"]["addresses"][0]["address"]["line1"] == ADDRESS["line1"]
    assert [order["orderId"] for order in file["orders"]] == ["first", "second"]
    first = file["orders"][0]
    assert (first["totalAmount"], len(first["items"])) == (5734, 2)
    assert first["shippingAddress"] == first["billingAddress"] == {"line1": "Baker Street"}
    assert first["timeline"][0]["type"] == "order.created"
    assert len(first["timeline"]) == len((await reader.told("/orders/first", headers=BOB))["timeline"])


async def test_it_holds_every_review_with_its_words(reader: Reader) -> None:
    words = {name: seal("bob", f"{name} of Bob") for name in ("title", "text", "reviewer")}
    reviews = [
        *events("review.submitted", "review.reported", product_id="lamp", user_id="bob", by="eve", **words),
        *events("review.submitted", "review.moderated", product_id="mug", user_id="bob", **words),
        *events("review.submitted", product_id="lamp", user_id="eve"),
    ]
    await reader.sees(recorded([*BOBS, *reviews]))
    file = await exported(reader)
    assert [(each["productId"], each["text"], each["state"]) for each in file["reviews"]] == [
        ("lamp", "text of Bob", "visible"),
        ("mug", "text of Bob", "hidden"),
    ]
    assert file["reviews"][1]["decision"]["reason"] == "names a neighbour"
    assert "eve" not in str(file)
    assert OPERATOR_ID not in str(file)


async def test_it_holds_nothing_of_others(reader: Reader) -> None:
    await reader.sees(recorded([*BOBS, *verified("eve"), *ordered("hers", by="eve"), *ordered("his")]))
    file = await exported(reader)
    assert [order["orderId"] for order in file["orders"]] == ["his"]
    assert "eve" not in str(file)


async def test_who_acted_is_named_only_where_it_was_the_person(reader: Reader) -> None:
    acted = ["order.created", "order.cancellation.requested", "saga.stuck", "saga.resolution.requested"]
    story = [*ordered("one", *acted, by="bob"), *events("order.cancellation.requested", order_id="one", by="bob")]
    await reader.sees(recorded([*BOBS, *story]))
    [order] = (await exported(reader))["orders"]
    details = [line.get("details", {}) for line in order["timeline"]]
    assert [each["by"] for each in details if "by" in each] == ["bob"]
    assert [each for each in details if "operator" in each] == []
    assert OPERATOR_ID not in str(order)
    assert "operator" in str(await reader.told("/orders/one", headers=ANN))


@pytest.mark.parametrize("count", [0, 1, MAX_ITEMS, MAX_ITEMS + 1])
async def test_it_is_whole_however_many_orders_there_are(reader: Reader, count: int) -> None:
    orders = [event for number in range(count) for event in ordered(f"order-{number}", "order.created")]
    await reader.sees(recorded([*BOBS, *orders]))
    file = await exported(reader)
    assert [order["orderId"] for order in file["orders"]] == [f"order-{number}" for number in range(count)]


async def test_an_order_that_failed_or_is_stuck_fits_the_schema_too(reader: Reader) -> None:
    failed = ordered("failed", "order.created", "order.failed")
    cancelled = ordered("cancelled", "order.created", "order.cancellation.requested", "order.cancelled")
    stuck = ordered("stuck", "order.created", "shipping.prepared", "saga.stuck")
    await reader.sees(recorded([*BOBS, *failed, *cancelled, *stuck]))
    [one, two, three] = (await exported(reader))["orders"]
    assert (one["failure"]["failedStep"], two["cancellation"]["reason"]) == ("payment", "customer request")
    assert (three["stuck"]["step"], three["shipment"]["carrier"]) == ("payment", "Dummy Parcel")


async def test_an_admin_gets_the_same_file_and_nobody_else_does(reader: Reader) -> None:
    await reader.sees(recorded([*BOBS, *ordered("his")]))
    assert await exported(reader, "/admin/users/bob/export", ANN) == await exported(reader)
    await reader.refused(403, "forbidden", "/admin/users/bob/export", headers=EVE)
    await reader.refused(404, "not_found", "/admin/users/nobody/export")
    await reader.refused(404, "not_found", "/users/me/export", headers=EVE)


async def test_the_cart_is_in_it_as_it_stands(reader: Reader) -> None:
    cart_id = "bob.3"
    mugs = events("cart.item.added", cart_id=cart_id)
    created = CartCreated(cart_id=cart_id, owner=CartOwner(type=ActorType.CUSTOMER, id="bob"))
    await reader.sees(recorded([*BOBS, created, *mugs]))
    cart = (await exported(reader))["cart"]
    assert (cart["cartId"], [line["quantity"] for line in cart["lines"]]) == (cart_id, [2])
    assert "ownerId" not in cart


async def test_who_has_not_verified_gets_theirs(reader: Reader) -> None:
    await reader.sees(recorded(BOBS[:1]))
    file = await exported(reader, headers=who("bob", kind="customer"))
    assert (file["profile"]["email"], file["profile"]["state"], file["orders"]) == (mail_of("bob"), "unverified", [])


async def test_nothing_in_it_is_sealed(reader: Reader) -> None:
    await reader.sees(recorded([*BOBS, *ordered("his")]))
    assert "nonce" not in str(await exported(reader))


async def test_it_is_refused_whole_while_the_documents_are_away(blind: Reader) -> None:
    await blind.refused(503, "unavailable", "/users/me/export", headers=BOB)

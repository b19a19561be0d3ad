"""Reviews at the query API: everybody reads what is shown, authors their own, admins what was reported."""

from typing import Any

import pytest

from schemas.errors import Stale
from schemas.message import Event
from schemas.review import ShownAs
from schemas.stream_names import review_stream
from tests.examples import REVIEW_ID
from tests.histories import events, recorded
from tests.integration.doors.counter import ANN, BOB, EVE, who
from tests.integration.doors.people import verified
from tests.integration.doors.reader import Reader
from tests.sealing import seal

GUEST = who("bff", "guest")
CREATED = events("product.created", product_id="lamp")


def reviewed(user_id: str, rating: int = 4, product_id: str = "lamp", **changed: object) -> list[Event]:
    """Somebody's review, with words of their own."""
    words = {name: seal(user_id, f"{name} by {user_id}") for name in ("title", "text", "reviewer")}
    about = {"product_id": product_id, "user_id": user_id, "rating": rating, "order_id": f"o-{user_id}"}
    return events("review.submitted", **words | about | changed)


def then(name: str, user_id: str, **changed: object) -> list[Event]:
    return events(f"review.{name}", product_id="lamp", user_id=user_id, **changed)


def anonymous(user_id: str, rating: int = 3) -> list[Event]:
    return reviewed(user_id, rating, shown_as=ShownAs.ANONYMOUS, reviewer=None)


async def of_lamp(reader: Reader, **asked: object) -> dict[str, Any]:
    answer: dict[str, Any] = await reader.told("/reviews/product/lamp", headers=GUEST, params=asked)
    return answer


async def authors(reader: Reader, **asked: object) -> list[str]:
    return [item["userId"] for item in (await of_lamp(reader, **asked))["items"]]


async def of_person(reader: Reader, user_id: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = await reader.told(f"/reviews/user/{user_id}", headers=headers)
    assert answer["total"] == len(answer["items"])
    items: list[dict[str, Any]] = answer["items"]
    return items


async def test_everybody_reads_the_reviews_of_a_product(reader: Reader) -> None:
    await reader.sees(recorded([*CREATED, *reviewed("bob"), *then("edited", "bob", text=seal("bob", "Better"))]))
    answer = await of_lamp(reader)
    assert answer["items"] == [
        {
            "productId": "lamp",
            "reviewId": REVIEW_ID,
            "userId": None,
            "rating": 2,
            "title": None,
            "text": "Better",
            "shownAs": "anonymous",
            "reviewer": None,
            "verifiedPurchase": True,
            "createdAt": "2026-03-14T12:00:02.250000Z",
            "editedAt": "2026-03-14T12:00:03.250000Z",
            "incompleteFrom": None,
        }
    ]
    assert answer["next"] is None


async def test_a_name_is_shown_as_it_was_chosen(reader: Reader) -> None:
    await reader.sees(recorded([*CREATED, *reviewed("bob"), *anonymous("eve")]))
    [of_eve, of_bob] = (await of_lamp(reader))["items"]
    assert (of_bob["reviewer"], of_bob["userId"], of_bob["title"]) == ("reviewer by bob", "bob", "title by bob")
    assert (of_eve["reviewer"], of_eve["userId"], of_eve["text"]) == (None, None, "text by eve")


async def test_nobody_learns_who_is_anonymous(reader: Reader) -> None:
    await reader.sees(recorded([*CREATED, *anonymous("eve")]))
    for headers in (GUEST, BOB):
        answer = await reader.asks("/reviews/product/lamp", headers=headers)
        assert "o-eve" not in answer.text
        assert '"eve"' not in answer.text
        assert await of_person(reader, "eve", headers) == []
    assert [item["userId"] for item in await of_person(reader, "eve", EVE)] == ["eve"]


async def test_the_reviews_come_in_the_order_that_is_asked_for(reader: Reader) -> None:
    ratings = {"ann": 3, "bob": 5, "cid": 1, "eve": 5}
    history = [event for name, rating in ratings.items() for event in reviewed(name, rating)]
    await reader.sees(recorded([*CREATED, *history, *reviewed("fay", 5, "mug")]))
    assert await authors(reader) == ["eve", "cid", "bob", "ann"]
    assert await authors(reader, sort="highest") == ["eve", "bob", "ann", "cid"]
    assert await authors(reader, sort="lowest") == ["cid", "ann", "eve", "bob"]
    assert await authors(reader, rating=5) == ["eve", "bob"]


@pytest.mark.parametrize("sort", ["newest", "highest", "lowest"])
async def test_a_cursor_leads_through_all_of_them(reader: Reader, sort: str) -> None:
    names = [f"p-{number}" for number in range(7)]
    history = [event for number, name in enumerate(names) for event in reviewed(name, 1 + number % 3)]
    await reader.sees(recorded([*CREATED, *history]))
    whole, found, cursor = await authors(reader, sort=sort), [], None
    while True:
        page = await of_lamp(reader, sort=sort, limit=3, **({"cursor": cursor} if cursor else {}))
        found += [item["userId"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == whole
    assert sorted(found) == names


async def test_hidden_and_withdrawn_reviews_are_shown_to_nobody_else(reader: Reader) -> None:
    history = [*CREATED, *reviewed("bob"), *reviewed("eve"), *reviewed("mia")]
    history += [*then("moderated", "bob", rating=4), *then("withdrawn", "eve", rating=4)]
    await reader.sees(recorded(history))
    assert await authors(reader) == ["mia"]
    for headers in (GUEST, EVE):
        assert await of_person(reader, "bob", headers) == []
    assert await of_person(reader, "eve", EVE) == []
    [own] = await of_person(reader, "bob", BOB)
    assert (own["state"], own["orderId"], own["text"]) == ("hidden", "o-bob", "text by bob")
    assert own["decision"] == {"reason": "names a neighbour", "at": "2026-03-14T12:00:05.250000Z"}
    assert await of_person(reader, "bob", ANN) == [own]


async def test_others_see_the_reviews_of_a_person_that_are_shown_under_a_name(reader: Reader) -> None:
    await reader.sees(recorded([*reviewed("bob"), *reviewed("bob", 2, "mug")]))
    [newer, older] = await of_person(reader, "bob", GUEST)
    assert (newer["productId"], older["productId"]) == ("mug", "lamp")
    assert not newer.keys() & {"orderId", "state", "position"}


async def test_admins_see_what_was_reported_the_most_first(reader: Reader) -> None:
    history = [*reviewed("bob"), *reviewed("eve"), *reviewed("mia"), *then("reported", "bob", by="mia")]
    history += [*then("reported", "eve", by="mia"), *then("reported", "eve", by="bob")]
    await reader.sees(recorded(history))
    answer = await reader.told("/admin/reviews")
    assert [(item["userId"], len(item["reports"])) for item in answer["items"]] == [("eve", 2), ("bob", 1)]
    assert answer["total"] == 2
    assert answer["items"][1]["reports"] == [{"by": "mia", "reason": "offensive", "at": "2026-03-14T12:00:04.250000Z"}]
    first = await reader.told("/admin/reviews", params={"limit": 1})
    second = await reader.told("/admin/reviews", params={"limit": 1, "cursor": first["next"]})
    assert [page["items"][0]["userId"] for page in (first, second)] == ["eve", "bob"]


async def test_admins_see_what_is_hidden_and_who_hid_it(reader: Reader) -> None:
    await reader.sees(recorded([*reviewed("bob"), *reviewed("eve"), *then("moderated", "bob", rating=4, by="ann")]))
    answer = await reader.told("/admin/reviews", params={"show": "hidden"})
    assert [(item["userId"], item["moderation"]["by"]) for item in answer["items"]] == [("bob", "ann")]
    assert answer["total"] == 1
    for headers in (BOB, who("olive", "operator")):
        await reader.refused(403, "forbidden", "/admin/reviews", headers=headers)


async def test_what_can_be_opened_no_more_is_null_and_the_rating_stays(reader: Reader) -> None:
    lost = seal("bob", "words").model_copy(update={"key": "lost"})
    await reader.sees(recorded([*CREATED, *reviewed("bob", title=lost, text=lost, reviewer=lost)]))
    [item] = (await of_lamp(reader))["items"]
    assert (item["rating"], item["title"], item["text"], item["reviewer"]) == (4, None, None, None)


async def test_a_product_that_nobody_knows_is_not_found(reader: Reader) -> None:
    await reader.refused(404, "not_found", "/reviews/product/unicorn", headers=GUEST)
    assert await of_person(reader, "nobody", GUEST) == []


@pytest.mark.parametrize("asked", [{"sort": "best"}, {"rating": 6}, {"cursor": "x"}, {"limit": 0}, {"q": "a"}])
async def test_what_cannot_be_asked_is_refused(reader: Reader, asked: dict[str, object]) -> None:
    await reader.sees(recorded(CREATED))
    await reader.refused(422, "invalid", "/reviews/product/lamp", headers=GUEST, params=asked)


async def test_ones_orders_of_a_product_are_found_the_newest_first(reader: Reader) -> None:
    lines = events("order.created")[0].items  # type: ignore[attr-defined]
    lamp = (lines[0].model_copy(update={"product_id": "lamp"}),)
    history = [
        event
        for order_id, user_id, items in (
            ("o-1", "bob", (*lamp, *lines)),
            ("o-2", "bob", lines),
            ("o-3", "eve", lamp),
            ("o-4", "bob", lamp),
        )
        for event in events("order.created", order_id=order_id, customer_id=user_id, items=items)
    ]
    await reader.sees(recorded(history))
    assert await reader.told("/reviews/purchases/lamp", headers=BOB) == {"orderIds": ["o-4", "o-1"]}
    assert await reader.told("/reviews/purchases/unicorn", headers=BOB) == {"orderIds": []}
    await reader.refused(403, "forbidden", "/reviews/purchases/lamp", headers=GUEST)


async def test_a_query_waits_for_the_review_that_was_just_written(reader: Reader) -> None:
    history = recorded([*CREATED, *reviewed("bob"), *verified("bob")])
    await reader.sees(history[:2])
    stream = review_stream("lamp", "bob")
    assert (await reader.told("/reviews/product/lamp", headers={"X-Min-Position": f"{stream}@2"}))["items"]
    reader.watcher.answers = False
    for path in ("/reviews/product/lamp", "/reviews/user/bob", "/admin/reviews"):
        await reader.refused(503, Stale.code, path, headers={"X-Min-Position": f"{stream}@3"})
    partition = reader.watcher.asked[-1][1]
    assert partition.topic == "aioutlet.catalogue"

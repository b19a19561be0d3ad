"""Reviews at the command API: only who bought the product writes one, and nobody's words are in the log."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from edge.limit_counters import MemoryCounters
from edge.rate_limits import LIMITS, RateLimiter
from schemas.order import OrderStatus, OrderUpdated
from schemas.review import ReviewEdited, ReviewSubmitted, ShownAs
from schemas.stream_names import review_stream
from tests.histories import events
from tests.integration.doors.counter import ANN, BOB, EVE, OLIVE, Counter, key, who
from tests.integration.doors.people import verified
from tests.sealing import unseal

S = OrderStatus
REVIEW: dict[str, Any] = {"productId": "lamp", "rating": 4, "title": "Bright", "text": "It glows in the dark."}
LAMP_BY_BOB = review_stream("lamp", "bob")


async def bought(counter: Counter, name: str = "k", *, until: str = "order.completed") -> str:
    """Bob's order of a lamp, which went this far."""
    order_id = str((await counter.place(name)).json()["orderId"])
    await counter.happened(OrderUpdated(order_id=order_id, from_=S.PENDING, to=S.SHIPPING_PREPARED, reason="saga"))
    if until:
        await counter.happened(*events(until, order_id=order_id))
    return order_id


async def submit(counter: Counter, **said: Any) -> dict[str, Any]:
    """Bob's review of the lamp."""
    return await counter.done("POST", "/reviews", 201, json=REVIEW | said, headers=BOB)


async def reviewed(counter: Counter, **said: Any) -> ReviewSubmitted:
    """The event of it, after its purchase."""
    order_id = await bought(counter)
    await submit(counter, orderId=order_id, **said)
    event = (await counter.store.stream(LAMP_BY_BOB))[-1].event
    assert isinstance(event, ReviewSubmitted)
    return event


async def refused(counter: Counter, status: int, code: str, **said: Any) -> dict[str, Any]:
    return await counter.refused(status, code, "POST", "/reviews", json=REVIEW | said, headers=BOB)


async def test_a_product_that_came_is_reviewed(counter: Counter) -> None:
    order_id = await bought(counter)
    answer = await submit(counter, orderId=order_id)
    head = await counter.store.head()
    assert answer == {
        "streamId": LAMP_BY_BOB, "version": 1, "position": head, "productId": "lamp", "userId": "bob",
    }  # fmt: skip
    [envelope] = await counter.store.stream(LAMP_BY_BOB)
    event = envelope.event
    assert isinstance(event, ReviewSubmitted)
    assert (event.rating, event.order_id, event.verified_purchase, event.visible) == (4, order_id, True, True)
    assert (event.shown_as, event.reviewer) == (ShownAs.ANONYMOUS, None)
    assert event.title
    assert (unseal(event.title), unseal(event.text)) == ("Bright", "It glows in the dark.")
    assert (envelope.actor.id, envelope.subject_id) == ("bob", "bob")


@pytest.mark.parametrize("until", ["", "order.cancellation.requested"])
async def test_it_is_refused_before_it_came_and_accepted_after(counter: Counter, until: str) -> None:
    order_id = await bought(counter, until=until)
    await refused(counter, 409, "not_purchased", orderId=order_id)
    other = await bought(counter, "k-2")
    await submit(counter, orderId=other)


async def test_nobody_reviews_without_an_order_or_by_that_of_another(counter: Counter) -> None:
    order_id = await bought(counter)
    document = await refused(counter, 409, "not_purchased")
    assert document["productId"] == "lamp"
    await refused(counter, 409, "not_purchased", orderId="no-such-order")
    await refused(counter, 409, "not_purchased", orderId=order_id, productId="mug")
    body = REVIEW | {"orderId": order_id}
    await counter.refused(409, "not_purchased", "POST", "/reviews", json=body, headers=EVE)


async def test_the_purchase_is_found_among_candidates(counter: Counter) -> None:
    early, late = await bought(counter, until=""), await bought(counter, "k-2")
    await refused(counter, 409, "not_purchased", candidateOrderIds=[early, "no-such-order"])
    await submit(counter, candidateOrderIds=["no-such-order", early, late])
    [envelope] = await counter.store.stream(LAMP_BY_BOB)
    assert isinstance(envelope.event, ReviewSubmitted)
    assert envelope.event.order_id == late


async def test_an_order_that_is_named_is_the_one_that_counts(counter: Counter) -> None:
    early, late = await bought(counter, until=""), await bought(counter, "k-2")
    await refused(counter, 409, "not_purchased", orderId=early, candidateOrderIds=[late])


async def test_one_person_one_review(counter: Counter) -> None:
    event = await reviewed(counter)
    await refused(counter, 409, "review_exists", orderId=event.order_id, rating=1)


async def test_of_two_tabs_one_writes_it(counter: Counter) -> None:
    body = REVIEW | {"orderId": await bought(counter)}
    answers = await asyncio.gather(*(counter.says("POST", "/reviews", json=body, headers=BOB) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"review_exists"}
    assert len(await counter.store.stream(LAMP_BY_BOB)) == 1


async def test_one_key_one_review(counter: Counter) -> None:
    body = REVIEW | {"orderId": await bought(counter)}
    first = await counter.done("POST", "/reviews", 201, json=body, headers=BOB | key("r"))
    again = await counter.says("POST", "/reviews", json=body, headers=BOB | key("r"))
    assert (again.json(), again.headers["idempotent-replayed"]) == (first, "true")
    assert len(await counter.store.stream(LAMP_BY_BOB)) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"shownAs": "anonymous"}, None),
        ({"shownAs": "displayName", "displayName": "  The lamp lady "}, "The lamp lady"),
        ({"shownAs": "firstName"}, "Bob F."),
    ],
)
async def test_the_name_is_shown_as_the_person_chooses(
    counter: Counter, said: dict[str, str], name: str | None
) -> None:
    await counter.happened(*verified("bob"))
    event = await reviewed(counter, **said)
    assert event.shown_as == said["shownAs"]
    assert (event.reviewer and unseal(event.reviewer)) == name


async def test_no_first_name_is_shown_of_who_has_no_account(counter: Counter) -> None:
    await refused(counter, 404, "not_found", orderId=await bought(counter), shownAs="firstName")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 2_001}, "text"),
        ({"text": "bell \x07"}, "text"),
        ({"title": "x" * 121}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"shownAs": "displayName"}, "displayName"),
        ({"displayName": "Bob"}, "displayName"),
        ({"shownAs": "displayName", "displayName": "x" * 51}, "displayName"),
        ({"candidateOrderIds": ["o"] * 51}, "candidateOrderIds"),
        ({"verifiedPurchase": True}, "verifiedPurchase"),
    ],
)
async def test_what_is_too_long_or_no_plain_text_is_refused(counter: Counter, said: dict[str, Any], field: str) -> None:
    document = await refused(counter, 422, "invalid", orderId=await bought(counter), **said)
    assert [error["field"] for error in document["errors"]] == [field]


async def test_markup_is_text_like_any_other(counter: Counter) -> None:
    event = await reviewed(counter, text="<b>I</b> <3 it\r\n& more")
    assert unseal(event.text) == "<b>I</b> <3 it\n& more"


async def test_an_edit_changes_what_it_names(counter: Counter) -> None:
    await reviewed(counter)
    answer = await counter.done("PATCH", "/reviews/lamp", json={"rating": 2, "title": None}, headers=BOB)
    assert answer["version"] == 2
    event = (await counter.store.stream(LAMP_BY_BOB))[-1].event
    assert isinstance(event, ReviewEdited)
    assert (event.rating, event.old_rating, event.title) == (2, 4, None)
    assert unseal(event.text) == "It glows in the dark."


async def test_an_edit_shows_another_name(counter: Counter) -> None:
    await reviewed(counter, shownAs="displayName", displayName="Bobby")
    await counter.done("PATCH", "/reviews/lamp", json={"shownAs": "anonymous"}, headers=BOB)
    event = (await counter.store.stream(LAMP_BY_BOB))[-1].event
    assert isinstance(event, ReviewEdited)
    assert (event.shown_as, event.reviewer) == (ShownAs.ANONYMOUS, None)


@pytest.mark.parametrize(
    "body", [{"text": None}, {"rating": None}, {"displayName": "B"}, {"displayName": None}, {"shownAs": "displayName"}]
)
async def test_an_edit_that_makes_no_sense_is_refused(counter: Counter, body: dict[str, Any]) -> None:
    await reviewed(counter)
    await counter.refused(422, "invalid", "PATCH", "/reviews/lamp", json=body, headers=BOB)


async def test_a_review_is_taken_back(counter: Counter) -> None:
    event = await reviewed(counter)
    await counter.done("DELETE", "/reviews/lamp", headers=BOB)
    again = await counter.done("DELETE", "/reviews/lamp", headers=BOB)
    assert again["version"] == 2
    await counter.refused(404, "not_found", "PATCH", "/reviews/lamp", json={"rating": 1}, headers=BOB)
    await submit(counter, orderId=event.order_id)


async def test_others_change_no_review_of_anybody(counter: Counter) -> None:
    await reviewed(counter)
    await counter.refused(404, "not_found", "PATCH", "/reviews/lamp", json={"rating": 1}, headers=EVE)
    await counter.refused(404, "not_found", "DELETE", "/reviews/lamp", headers=EVE)


async def test_an_admin_hides_a_review_and_shows_it_again(counter: Counter) -> None:
    await reviewed(counter)
    path, hide = "/reviews/lamp/bob/moderation", {"visible": False, "reason": "names a neighbour"}
    for caller in (BOB, EVE, OLIVE):
        await counter.refused(403, "forbidden", "POST", path, json=hide, headers=caller)
    answer = await counter.done("POST", path, json=hide)
    assert answer["version"] == 2
    assert (await counter.done("POST", path, json=hide))["version"] == 2
    assert (await counter.done("POST", path, json=hide | {"visible": True}))["version"] == 3
    await counter.refused(404, "not_found", "POST", "/reviews/mug/bob/moderation", json=hide, headers=ANN)


async def test_others_report_a_review_and_do_not_learn_whose_it_is(counter: Counter) -> None:
    event = await reviewed(counter)
    path = f"/reviews/lamp/{event.review_id}/report"
    for _ in range(2):
        answer = await counter.says("POST", path, json={"reason": "spam"}, headers=EVE)
        assert (answer.status_code, "bob" in answer.text) == (200, False)
    types = [each.type for each in await counter.store.stream(LAMP_BY_BOB)]
    assert types == ["review.submitted", "review.reported"]
    await counter.refused(409, "own_review", "POST", path, json={"reason": "spam"}, headers=BOB)
    await counter.refused(422, "invalid", "POST", path, json={"reason": "I dislike it"}, headers=EVE)
    of_another = f"/reviews/mug/{event.review_id}/report"
    await counter.refused(404, "not_found", "POST", of_another, json={"reason": "spam"}, headers=EVE)


async def test_who_has_no_verified_address_and_who_is_no_person_write_none(counter: Counter) -> None:
    order_id = await bought(counter)
    body, mallory = REVIEW | {"orderId": order_id}, who("mallory", kind="customer")
    await counter.refused(403, "email_not_verified", "POST", "/reviews", json=body, headers=mallory)
    await counter.refused(403, "forbidden", "POST", "/reviews", json=body, headers=ANN)


async def test_nothing_that_was_written_is_in_the_log(counter: Counter) -> None:
    await reviewed(counter, shownAs="displayName", displayName="Roberta")
    await counter.done("PATCH", "/reviews/lamp", json={"text": "Plaintext of another kind"}, headers=BOB)
    log = b"".join(stored.state for stored in await counter.store.log(0))
    for words in (b"glows", b"Bright", b"Roberta", b"Plaintext"):
        assert words not in log


@pytest.fixture
def counting(counter: Counter) -> Counter:
    """A command API that counts who asks how often."""
    context = counter.app.state.context
    limited = replace(context.accounts, limiter=RateLimiter(MemoryCounters()))
    counter.app.state.context = replace(context, accounts=limited)
    return counter


async def test_a_person_reports_so_many_reviews_and_no_more(counting: Counter) -> None:
    event = await reviewed(counting)
    path, body = f"/reviews/lamp/{event.review_id}/report", {"reason": "spam"}
    for _ in range(LIMITS["report of a review by account"].amount):
        assert (await counting.says("POST", path, json=body, headers=EVE)).status_code == 200
    await counting.refused(429, "too_many_requests", "POST", path, json=body, headers=EVE)
    mia = who("mia", "customer")
    assert (await counting.says("POST", path, json=body, headers=mia)).status_code == 200


async def test_a_person_writes_so_much_and_no_more(counting: Counter) -> None:
    await reviewed(counting)
    for number in range(LIMITS["review by account"].amount - 1):
        change = {"rating": 1 + number % 5}
        assert (await counting.says("PATCH", "/reviews/lamp", json=change, headers=BOB)).status_code == 200
    await counting.refused(429, "too_many_requests", "PATCH", "/reviews/lamp", json={"rating": 3}, headers=BOB)

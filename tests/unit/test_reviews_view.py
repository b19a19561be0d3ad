"""What a review's document tells after these events."""

from collections.abc import Sequence

import pytest

from projectors.folding import fold
from projectors.models.reviews import REVIEWS, review_key
from schemas.documents import Document, label
from schemas.message import Event
from tests.examples import ADDRESS, CUSTOMER_ID, LAMP_ID, OPERATOR_ID, ORDER_ID, REVIEW_ID
from tests.histories import events, recorded

KEY = review_key(LAMP_ID, CUSTOMER_ID)
SEALED = ADDRESS.model_dump(mode="json")
AT = "2026-03-14T12:00:0{}.250000Z"
HIDE = events("review.moderated", rating=4)
SHOW = events("review.moderated", rating=4, visible=True)


def review_after(*history: Event) -> Document:
    document = fold(REVIEWS, {}, recorded(history)).documents[KEY]
    assert document is not None
    return document


def counts_after(*history: Event) -> dict[str, int]:
    counts: dict[str, int] = {}
    for count in fold(REVIEWS, {}, recorded(history)).tally_changes:
        counts[count.label] = counts.get(count.label, 0) + count.change
    return {name: count for name, count in counts.items() if count}


def test_a_review_is_there_with_its_words_sealed() -> None:
    assert review_after(*events("review.submitted")) == {
        "_id": KEY,
        "productId": LAMP_ID,
        "userId": CUSTOMER_ID,
        "reviewId": REVIEW_ID,
        "orderId": ORDER_ID,
        "rating": 4,
        "title": SEALED,
        "text": SEALED,
        "shownAs": "firstName",
        "reviewer": SEALED,
        "state": "visible",
        "moderation": None,
        "reports": [],
        "openReports": 0,
        "createdAt": AT.format(1),
        "editedAt": None,
        "placed": 1,
        "updatedAt": AT.format(1),
        "version": 1,
        "position": 1,
    }


def test_an_edit_replaces_its_content_and_leaves_its_place() -> None:
    review = review_after(*events("review.submitted", "review.edited"))
    assert (review["rating"], review["title"], review["shownAs"], review["reviewer"]) == (2, None, "anonymous", None)
    assert (review["placed"], review["createdAt"], review["editedAt"]) == (1, AT.format(1), AT.format(2))


def test_of_a_withdrawn_review_no_words_are_kept() -> None:
    review = review_after(*events("review.submitted", "review.reported", "review.withdrawn"))
    assert review["state"] == "withdrawn"
    assert "sealed" not in str(review)
    assert (review["reports"], review["openReports"]) == ([], 0)


@pytest.mark.parametrize(
    ("history", "state"),
    [
        (HIDE, "hidden"),
        ([*HIDE, *SHOW], "visible"),
        ([*HIDE, *events("review.edited", visible=False)], "hidden"),
        ([*HIDE, *events("review.withdrawn", "review.submitted", visible=False)], "hidden"),
        (events("review.withdrawn", "review.submitted"), "visible"),
    ],
)
def test_it_stands_where_the_last_decision_put_it(history: Sequence[Event], state: str) -> None:
    assert review_after(*events("review.submitted"), *history)["state"] == state


def test_an_admin_sees_what_was_reported_until_it_is_answered() -> None:
    reported = events("review.submitted", "review.reported", "review.reported")
    review = review_after(*reported)
    assert review["openReports"] == 2
    assert review["reports"][1] == {"by": OPERATOR_ID, "reason": "offensive", "at": AT.format(3)}
    for answer in (events("review.reports.dismissed"), HIDE):
        assert review_after(*reported, *answer)["reports"] == []
    assert review_after(*HIDE, *events("review.submitted"))["moderation"] is None
    decision = review_after(*reported, *HIDE)["moderation"]
    assert decision == {"by": OPERATOR_ID, "reason": "names a neighbour", "at": AT.format(4)}


@pytest.mark.parametrize(
    ("history", "counts"),
    [
        ([], {}),
        (events("review.reported"), {label(show="reported"): 1}),
        (events("review.reported", "review.reported"), {label(show="reported"): 1}),
        ([*events("review.reported"), *HIDE], {label(show="hidden"): 1}),
        ([*events("review.reported"), *HIDE, *SHOW], {}),
        ([*events("review.reported", "review.reports.dismissed")], {}),
        ([*HIDE, *events("review.withdrawn", visible=False)], {}),
    ],
)
def test_what_admins_look_at_is_counted(history: Sequence[Event], counts: dict[str, int]) -> None:
    assert counts_after(*events("review.submitted"), *history) == counts


def test_nothing_is_made_of_the_rest_of_a_review_that_is_not_known() -> None:
    history = recorded(events("review.edited", "review.moderated", "review.reported"))
    assert fold(REVIEWS, {}, history).documents.get(KEY) is None


def test_replaying_any_prefix_again_changes_nothing() -> None:
    history = recorded(
        [*events("review.submitted", "review.reported", "review.edited"), *HIDE, *events("review.withdrawn")]
    )
    for length in range(1, len(history) + 1):
        once = fold(REVIEWS, {}, history[:length]).documents[KEY]
        assert once is not None
        assert fold(REVIEWS, {KEY: once}, history[:length]).documents == {}

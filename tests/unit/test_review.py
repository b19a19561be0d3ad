"""One review: submitted once, edited, taken back, reported by others, hidden and shown."""

from typing import Any

import pytest

from domain.review import MAX_REPORTS, REVIEW
from schemas.errors import NotFound, OwnReview, ReviewExists
from schemas.review import (
    EditReview,
    ModerateReview,
    ReportReason,
    ReportReview,
    ReviewEdited,
    ReviewModerated,
    ReviewReported,
    ReviewReportsDismissed,
    ReviewSubmitted,
    ReviewWithdrawn,
    ShownAs,
    SubmitReview,
    WithdrawReview,
)
from tests.examples import REVIEW_ID
from tests.sealing import seal
from tests.spec import given

IDS: dict[str, Any] = {"product_id": "lamp", "user_id": "bob"}
TEXT, OTHER_TEXT, TITLE, NAME = (seal("bob", text) for text in ("It glows.", "It glowed.", "Bright", "Bob F."))
SAID: dict[str, Any] = {
    "rating": 4,
    "title": TITLE,
    "text": TEXT,
    "shown_as": ShownAs.FIRST_NAME,
    "reviewer": NAME,
}
SUBMIT = SubmitReview(**IDS, review_id=REVIEW_ID, order_id="o-1", **SAID)
SUBMITTED = ReviewSubmitted(**IDS, review_id=REVIEW_ID, order_id="o-1", **SAID)
WITHDRAWN = ReviewWithdrawn(**IDS, rating=4)
HIDE, SHOW = (ModerateReview(**IDS, by="ann", visible=visible, reason="rude") for visible in (False, True))
HIDDEN, SHOWN = (
    ReviewModerated(**IDS, by="ann", visible=visible, reason="rude", rating=4) for visible in (False, True)
)
REPORT = ReportReview(**IDS, by="eve", reason=ReportReason.SPAM)
REPORTED = ReviewReported(**IDS, by="eve", reason=ReportReason.SPAM)
DISMISSED = ReviewReportsDismissed(**IDS, by="ann", reason="rude")


def edited(**changed: Any) -> ReviewEdited:
    return ReviewEdited(**IDS, **{"old_rating": 4, **SAID, **changed})


def test_a_product_is_reviewed() -> None:
    given(REVIEW).when(SUBMIT).then(SUBMITTED)


def test_a_person_reviews_a_product_once() -> None:
    given(REVIEW, SUBMITTED).when(SUBMIT).refused(ReviewExists, productId="lamp")
    given(REVIEW, SUBMITTED, HIDDEN).when(SUBMIT).refused(ReviewExists)


@pytest.mark.parametrize(
    "change",
    [
        {"rating": 1},
        {"text": OTHER_TEXT},
        {"title": None},
        {"shown_as": ShownAs.ANONYMOUS, "reviewer": None},
        {"rating": 5, "text": OTHER_TEXT},
    ],
)
def test_what_is_left_out_of_an_edit_stays(change: dict[str, Any]) -> None:
    given(REVIEW, SUBMITTED).when(EditReview(**IDS, **change)).then(edited(**change))


def test_an_edit_after_another_says_the_rating_before_it() -> None:
    given(REVIEW, SUBMITTED, edited(rating=2)).when(EditReview(**IDS, rating=5)).then(edited(rating=5, old_rating=2))


@pytest.mark.parametrize("change", [{}, {"rating": 4}, {"text": TEXT}])
def test_an_edit_without_a_change_is_none(change: dict[str, Any]) -> None:
    given(REVIEW, SUBMITTED).when(EditReview(**IDS, **change)).then()


def test_a_review_is_taken_back_once_and_may_come_again() -> None:
    given(REVIEW, SUBMITTED).when(WithdrawReview(**IDS)).then(WITHDRAWN)
    given(REVIEW, SUBMITTED, WITHDRAWN).when(WithdrawReview(**IDS)).then()
    given(REVIEW, SUBMITTED, WITHDRAWN).when(SUBMIT).then(SUBMITTED)


@pytest.mark.parametrize("command", [EditReview(**IDS, rating=1), WithdrawReview(**IDS), HIDE, SHOW, REPORT])
def test_nothing_is_done_to_a_review_that_never_was(command: Any) -> None:
    given(REVIEW).when(command).refused(NotFound, productId="lamp")


@pytest.mark.parametrize("command", [EditReview(**IDS, rating=1), HIDE, SHOW, REPORT])
def test_nothing_is_done_to_a_review_that_was_taken_back(command: Any) -> None:
    given(REVIEW, SUBMITTED, WITHDRAWN).when(command).refused(NotFound)


def test_a_review_is_hidden_and_shown_once_each() -> None:
    given(REVIEW, SUBMITTED).when(HIDE).then(HIDDEN)
    given(REVIEW, SUBMITTED, HIDDEN).when(HIDE).then()
    given(REVIEW, SUBMITTED, HIDDEN).when(SHOW).then(SHOWN)
    given(REVIEW, SUBMITTED).when(SHOW).then()


def test_nothing_that_its_author_does_shows_a_hidden_review() -> None:
    hidden = {"visible": False}
    given(REVIEW, SUBMITTED, HIDDEN).when(EditReview(**IDS, rating=1)).then(edited(rating=1, **hidden))
    given(REVIEW, SUBMITTED, HIDDEN).when(WithdrawReview(**IDS)).then(WITHDRAWN.model_copy(update=hidden))
    withdrawn = WITHDRAWN.model_copy(update=hidden)
    given(REVIEW, SUBMITTED, HIDDEN, withdrawn).when(SUBMIT).then(SUBMITTED.model_copy(update=hidden))


def test_others_report_a_review_once_each() -> None:
    given(REVIEW, SUBMITTED).when(REPORT).then(REPORTED)
    given(REVIEW, SUBMITTED, REPORTED).when(REPORT).then()
    other = REPORT.model_copy(update={"by": "mia"})
    given(REVIEW, SUBMITTED, REPORTED).when(other).then(REPORTED.model_copy(update={"by": "mia"}))
    given(REVIEW, SUBMITTED, REPORTED, DISMISSED).when(REPORT).then()


def test_what_was_reported_ends_with_the_review() -> None:
    again = (SUBMITTED, REPORTED, WITHDRAWN, SUBMITTED)
    given(REVIEW, *again).when(SHOW).then()
    given(REVIEW, *again).when(REPORT).then(REPORTED)


def test_a_person_does_not_report_what_is_their_own_or_not_shown() -> None:
    given(REVIEW, SUBMITTED).when(REPORT.model_copy(update={"by": "bob"})).refused(OwnReview)
    given(REVIEW, SUBMITTED, HIDDEN).when(REPORT).refused(NotFound)


def test_reports_are_recorded_up_to_a_number_until_somebody_looks() -> None:
    reports = [REPORTED.model_copy(update={"by": f"u-{number}"}) for number in range(MAX_REPORTS)]
    given(REVIEW, SUBMITTED, *reports).when(REPORT).then()
    given(REVIEW, SUBMITTED, *reports, DISMISSED).when(REPORT).then(REPORTED)


def test_an_admin_answers_reports_by_hiding_or_by_leaving_it() -> None:
    given(REVIEW, SUBMITTED, REPORTED).when(SHOW).then(DISMISSED)
    given(REVIEW, SUBMITTED, REPORTED, DISMISSED).when(SHOW).then()
    given(REVIEW, SUBMITTED, REPORTED).when(HIDE).then(HIDDEN)
    given(REVIEW, SUBMITTED, REPORTED, HIDDEN).when(HIDE).then()

"""What a product's document says of its reviews is what counting them anew says, whatever happened to them."""

from collections.abc import Callable, Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from domain.review import REVIEW, Review
from projectors.folding import fold
from projectors.models.products import PRODUCTS
from projectors.models.reviews import REVIEWS
from projectors.read_model import ReadModel
from schemas.documents import Document, ReviewState
from schemas.envelope import Envelope
from schemas.errors import NotFound, OwnReview, ReviewExists
from schemas.message import Event
from schemas.review import (
    AnyReviewCommand,
    EditReview,
    ModerateReview,
    ReportReason,
    ReportReview,
    ShownAs,
    SubmitReview,
    WithdrawReview,
)
from tests.examples import ADDRESS, REVIEW_ID
from tests.histories import events, recorded

PEOPLE = ("ann", "bob", "eve")
Make = Callable[[str], AnyReviewCommand]


def submit(rating: int) -> Make:
    return lambda user_id: SubmitReview(
        product_id="lamp",
        user_id=user_id,
        review_id=REVIEW_ID,
        order_id="o",
        rating=rating,
        text=ADDRESS,
        shown_as=ShownAs.ANONYMOUS,
    )


def edit(rating: int) -> Make:
    return lambda user_id: EditReview(product_id="lamp", user_id=user_id, rating=rating)


def moderate(visible: bool) -> Make:
    return lambda user_id: ModerateReview(
        product_id="lamp", user_id=user_id, by="boss", visible=visible, reason="house rules"
    )


def withdraw(user_id: str) -> AnyReviewCommand:
    return WithdrawReview(product_id="lamp", user_id=user_id)


def report(user_id: str) -> AnyReviewCommand:
    return ReportReview(product_id="lamp", user_id=user_id, by="mia", reason=ReportReason.SPAM)


ratings = st.integers(1, 5)
commands = st.one_of(
    ratings.map(submit), ratings.map(edit), st.booleans().map(moderate), st.just(withdraw), st.just(report)
)
wishes = st.lists(st.tuples(st.sampled_from(PEOPLE), commands), min_size=5, max_size=60)


def happen(wished: Sequence[tuple[str, Make]]) -> tuple[list[Event], dict[str, Review]]:
    """Decide one command after another; what is refused does not happen."""
    reviews, history = dict.fromkeys(PEOPLE, REVIEW.initial), list[Event]()
    for user_id, make in wished:
        try:
            decided = REVIEW.decide(make(user_id), reviews[user_id])
        except (NotFound, OwnReview, ReviewExists):
            continue
        history += decided
        reviews[user_id] = REVIEW.fold(decided, reviews[user_id])
    return history, reviews


def count(seen: Sequence[int]) -> Document:
    """The summary of these ratings, as one would count it by hand; halves of a hundredth are rounded up."""
    average = None if not seen else (200 * sum(seen) + len(seen)) // (2 * len(seen)) / 100
    return {
        "average": average,
        "count": len(seen),
        "histogram": [seen.count(stars) for stars in range(1, 6)],
    }


def documents_of(model: ReadModel, envelopes: Sequence[Envelope], batch: int) -> Mapping[str, Document]:
    """The documents after all of it, written in batches, each of which comes twice."""
    stored: dict[str, Document] = {}
    wanted = [envelope for envelope in envelopes if envelope.type in model.types]
    for start in range(0, len(wanted), batch):
        for _ in range(2):
            stored |= fold(model, stored, wanted[start : start + batch]).documents
    return stored


@given(wishes, st.integers(1, 70))
def test_the_products_summary_equals_a_recount(wished: Sequence[tuple[str, Make]], batch: int) -> None:
    history, reviews = happen(wished)
    envelopes = recorded([*events("product.created", product_id="lamp"), *history])
    seen = [each.content.rating for each in reviews.values() if each.content and each.is_visible]
    assert documents_of(PRODUCTS, envelopes, batch)["lamp"]["rating"] == count(seen)
    listed = documents_of(REVIEWS, envelopes, batch).values()
    assert sorted(seen) == sorted(each["rating"] for each in listed if each["state"] == ReviewState.VISIBLE)


@given(wishes)
def test_reviews_that_come_before_their_product_count_too(wished: Sequence[tuple[str, Make]]) -> None:
    history, _ = happen(wished)
    created = events("product.created", product_id="lamp")
    late, early = ([*history, *created], [*created, *history])
    of_late, of_early = (documents_of(PRODUCTS, recorded(each), 7)["lamp"] for each in (late, early))
    assert of_late["rating"] == of_early["rating"]

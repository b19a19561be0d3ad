"""A stream's name is its category and an id, and can be split again."""

import pytest

from schemas.stream_names import STREAM_POSITION, category_of, key_of, review_stream, subject_of
from tests.examples import CUSTOMER_ID, EXAMPLES, LAMP_ID, ORDER_ID, ORDER_NUMBER, stream_of


@pytest.mark.parametrize(
    ("stream", "category", "subject"),
    [
        ("order-019ceb9e-f0fa-7c3d", "order", "019ceb9e-f0fa-7c3d"),
        ("warehouse-main", "warehouse", "main"),
        (f"order_number-{ORDER_NUMBER}", "order_number", ORDER_NUMBER),
    ],
)
def test_a_name_is_split_at_its_first_hyphen(stream: str, category: str, subject: str) -> None:
    assert (category_of(stream), subject_of(stream)) == (category, subject)


@pytest.mark.parametrize("event", EXAMPLES.values(), ids=EXAMPLES)
def test_every_stream_is_a_category_and_a_subject(event: object) -> None:
    stream = stream_of(event)  # type: ignore[arg-type]
    assert f"{category_of(stream)}-{subject_of(stream)}" == stream
    assert category_of(stream)
    assert subject_of(stream)


@pytest.mark.parametrize("product_id", [LAMP_ID, ORDER_ID, "a-b", "-".join(["x", CUSTOMER_ID])[:64], "p" * 64])
@pytest.mark.parametrize("user_id", [CUSTOMER_ID, "bob", "a-b", CUSTOMER_ID.upper(), "u" * 64])
def test_a_review_is_gathered_by_its_product_whatever_the_ids(product_id: str, user_id: str) -> None:
    stream = review_stream(product_id, user_id)
    assert key_of(stream) == product_id
    assert STREAM_POSITION.fullmatch(f"{stream}@7")


def test_no_two_pairs_of_ids_have_one_review() -> None:
    *head, tail = CUSTOMER_ID.split("-")
    pairs = [(LAMP_ID, CUSTOMER_ID), ("-".join([LAMP_ID, *head]), tail), ("a-b", "c"), ("a", "b-c")]
    assert len({review_stream(*pair) for pair in pairs}) == len(pairs)


def test_every_other_stream_is_gathered_by_its_own_id() -> None:
    assert key_of(f"order-{ORDER_ID}") == ORDER_ID
    assert key_of("warehouse-main") == "main"

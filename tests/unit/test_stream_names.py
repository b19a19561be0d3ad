"""A stream's name is its category and an id, and can be split again."""

import pytest

from schemas.stream_names import category_of, subject_of
from tests.examples import EXAMPLES, ORDER_NUMBER, stream_of


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

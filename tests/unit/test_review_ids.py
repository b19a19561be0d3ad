"""The public id of a review: it leads to its person, and only with the key."""

import pytest
from pydantic import TypeAdapter

from identity.review_ids import ReviewIds
from schemas.errors import NotFound
from schemas.review import ReviewId
from tests.examples import CUSTOMER_ID

IDS = ReviewIds(b"a root key of the tests, 32 bytes")
MADE = IDS.make("lamp", CUSTOMER_ID)


@pytest.mark.parametrize("user_id", [CUSTOMER_ID, "u", "u" * 64])
def test_an_id_leads_to_its_person(user_id: str) -> None:
    made = IDS.make("lamp", user_id)
    assert IDS.read("lamp", made) == user_id
    assert TypeAdapter(ReviewId).validate_python(made) == made


def test_no_two_ids_are_equal() -> None:
    assert IDS.make("lamp", CUSTOMER_ID) != MADE


@pytest.mark.parametrize(
    "review_id",
    [
        "",
        "A",
        "A" * 40,
        "A" * 86,
        MADE[:-1],
        MADE[1:],
        "é" * 86,
        IDS.make("mug", CUSTOMER_ID),
        ReviewIds(b"another key of the tests, 32 byte").make("lamp", CUSTOMER_ID),
    ],
    ids=[
        "empty",
        "short",
        "another length",
        "zeros",
        "cut",
        "cut in front",
        "no ASCII",
        "another product",
        "another key",
    ],
)
def test_no_other_id_leads_to_anybody(review_id: str) -> None:
    with pytest.raises(NotFound):
        IDS.read("lamp", review_id)

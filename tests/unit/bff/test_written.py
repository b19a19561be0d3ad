"""What a browser's cookie remembers of its last commands."""

import pytest

from bff.written import MAX_STREAMS, WrittenPositions
from schemas.stream_names import review_stream

ADA = "019c6a00-1111-7222-8333-444455556666"


def test_a_query_about_a_kind_waits_for_the_latest_of_its_streams_and_one_about_a_stream_for_that() -> None:
    written = WrittenPositions()
    for stream, position in (("order-b", 9), ("order-a", 12), ("order-c", 7), ("user-x", 30)):
        written.note(stream, position)
    assert written.of_category("order") == "order-a@12"
    assert written.of_stream("order-c") == "order-c@7"
    assert written.of_stream("order-z") is written.of_category("product") is None


def test_a_query_about_what_has_one_key_waits_for_the_latest_stream_with_it() -> None:
    written = WrittenPositions()
    for stream, position in ((review_stream("a-b", ADA), 3), (review_stream("a", ADA), 9), ("product-a-b", 11)):
        written.note(stream, position)
    read = WrittenPositions(written.as_cookie())
    assert read.of_key("review", "a-b") == f"review-a-b-{ADA}@3"
    assert read.of_key("review", "a") == f"review-a-{ADA}@9"
    assert read.of_key("review", "b") is read.of_key("order", "a") is None


def test_the_cookie_brings_back_what_was_noted_and_only_the_last_of_it() -> None:
    written = WrittenPositions()
    for number in range(MAX_STREAMS + 2):
        written.note(f"order-{number}", number + 1)
    written.note("order-3", 100)
    read = WrittenPositions(written.as_cookie())
    assert not read.is_changed
    assert read.as_cookie() == written.as_cookie()
    assert [read.of_stream(f"order-{number}") is not None for number in range(MAX_STREAMS + 2)] == [False] * 2 + [
        True
    ] * 4
    assert read.of_stream("order-3") == "order-3@100"


@pytest.mark.parametrize(
    "cookie", ["", "~", "order-a", "order-a@", "order-a@x", "ORDER-a@1", "order-a@1@2", "@1", "é@1"]
)
def test_what_is_malformed_in_it_is_left_out(cookie: str) -> None:
    read = WrittenPositions(f"{cookie}~order-b@2")
    assert read.as_cookie() == "order-b@2"

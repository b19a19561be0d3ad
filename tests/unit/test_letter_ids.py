"""The id of a dead letter says what it is, and whatever else is sent as one is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dead_letters import LetterKey, LetterKind, key_of_letter, letter_id

WORDS = st.text(min_size=1, max_size=60)


@given(st.integers(1, 10**18 - 1), st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True))
def test_that_of_a_message_is_its_consumer_and_position(position: int, consumer: str) -> None:
    if consumer in ("timer", "document"):
        return
    key = LetterKey(LetterKind.MESSAGE, consumer, str(position))
    assert letter_id(key) == f"{consumer}.{position}"
    assert key_of_letter(letter_id(key)) == key


@given(st.sampled_from([LetterKind.TIMER, LetterKind.DOCUMENT]), WORDS, WORDS, st.text(max_size=60))
def test_that_of_a_timer_or_document_is_one_word(kind: LetterKind, consumer: str, name: str, subject: str) -> None:
    key = LetterKey(kind, consumer, name, subject)
    assert key_of_letter(letter_id(key)) == key
    assert letter_id(key).isascii()


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "saga",
        "saga.0",
        "saga.x",
        "saga.1.2",
        "saga.9999999999999999999",
        "timer.",
        "timer.e30",
        "document.WyIiLCIiLCIiXQ",
    ],
)
def test_what_is_no_id_is_none(value: str) -> None:
    assert key_of_letter(value) is None


@given(st.text(max_size=80))
def test_hostile_ids_are_none_or_keys(value: str) -> None:
    for head in ("", "timer.", "document."):
        found = key_of_letter(head + value)
        assert found is None or found.name

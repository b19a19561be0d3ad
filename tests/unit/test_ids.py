"""Derived ids: UUIDv7 by RFC 9562, the same arguments give the same id, and its time can be read."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import derived_id

CAUSE = "019ceb9e-f0fa-7c3d-a1b2-5f0e9d8c7b6a"
MILLISECONDS = 0x019CEB9EF0FA

words = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]), max_size=30)


def milliseconds(identifier: str) -> int:
    return uuid.UUID(identifier).int >> 80


def assert_is_uuid_7(identifier: str) -> None:
    parsed = uuid.UUID(identifier)
    assert str(parsed) == identifier
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122


@given(words, st.lists(words, max_size=4))
def test_whatever_the_cause_the_id_is_a_uuid_7(cause: str, names: list[str]) -> None:
    assert_is_uuid_7(derived_id(cause, *names))


@given(words, st.lists(words, max_size=4))
def test_the_same_arguments_give_the_same_id(cause: str, names: list[str]) -> None:
    assert derived_id(cause, *names) == derived_id(cause, *names)


@given(st.lists(st.lists(words, min_size=1, max_size=3).map(tuple), min_size=2, max_size=20, unique=True))
def test_other_arguments_give_another_id(arguments: list[tuple[str, ...]]) -> None:
    assert len({derived_id(*names) for names in arguments}) == len(arguments)


def test_arguments_are_separated() -> None:
    assert derived_id(CAUSE, "ab", "c") != derived_id(CAUSE, "a", "bc")


def test_the_time_bits_are_those_of_the_cause() -> None:
    assert milliseconds(derived_id(CAUSE, "payment")) == MILLISECONDS


def test_a_chain_of_causes_keeps_the_first_time() -> None:
    assert milliseconds(derived_id(derived_id(CAUSE, "a"), "b")) == MILLISECONDS


def test_a_cause_without_time_gives_time_zero() -> None:
    assert milliseconds(derived_id("receipt-1", "a")) == 0
    assert milliseconds(derived_id("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "a")) == 0


@pytest.mark.parametrize("spelled", [CAUSE.upper(), CAUSE.replace("-", ""), f"{{{CAUSE}}}", f"urn:uuid:{CAUSE}"])
def test_the_time_is_read_however_the_cause_is_spelled(spelled: str) -> None:
    assert milliseconds(derived_id(spelled, "a")) == MILLISECONDS


def test_a_cause_that_only_looks_like_a_uuid_gives_time_zero() -> None:
    assert milliseconds(derived_id(f"{CAUSE}\n0", "a")) == 0
    assert milliseconds(derived_id("019ceb9e-f0fa-7c3d-01b2-5f0e9d8c7b6a", "a")) == 0


def test_a_derived_id_never_changes_between_releases() -> None:
    assert derived_id(CAUSE, "payment") == "019ceb9e-f0fa-7fe7-803a-6a1896e3e59f"

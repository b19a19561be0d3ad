"""Derived ids: UUIDv7 by RFC 9562, the same arguments give the same id, and its time can be read."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import derived_id, id_at, time_of

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


TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9_999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as it wants


@given(TIMES, st.lists(words, max_size=3))
def test_an_id_of_a_time_is_a_uuid_7_that_tells_it(time: datetime, names: list[str]) -> None:
    identifier = id_at(time, *names)
    assert_is_uuid_7(identifier)
    assert milliseconds(identifier) == (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert id_at(time, *names) == identifier


@given(TIMES, TIMES, words, words)
def test_ids_sort_by_their_times_to_the_microsecond(one: datetime, two: datetime, name: str, other: str) -> None:
    assert (one < two) <= (id_at(one, name) < id_at(two, other))


@given(TIMES, st.lists(st.lists(words, min_size=1, max_size=3).map(tuple), min_size=2, max_size=20, unique=True))
def test_of_one_time_other_names_give_another_id(time: datetime, names: list[tuple[str, ...]]) -> None:
    assert len({id_at(time, *each) for each in names}) == len(names)


def test_the_next_microsecond_is_later() -> None:
    time = datetime(2026, 3, 14, 12, tzinfo=UTC)
    ids = [id_at(time + timedelta(microseconds=n), str(n % 7)) for n in range(2_000)]
    assert ids == sorted(ids)


def test_an_id_of_a_time_never_changes_between_releases() -> None:
    time = datetime(2026, 3, 14, 12, 0, 0, 500, tzinfo=UTC)
    assert id_at(time, "customer:bob POST /orders k", "order") == "019cec37-b600-7800-a398-9c5e030940e0"


@given(TIMES.filter(lambda time: time.year > 1970), words)
def test_the_time_of_an_id_is_read_to_the_millisecond(time: datetime, name: str) -> None:
    assert time_of(id_at(time, name)) == time.replace(microsecond=time.microsecond // 1_000 * 1_000)


@pytest.mark.parametrize("identifier", ["", "ann", derived_id("ann"), "ffffffff-ffff-7fff-bfff-ffffffffffff"])
def test_an_id_that_tells_no_time_has_none(identifier: str) -> None:
    assert time_of(identifier) is None

"""Arrays are the bytes that the driver itself would send."""

from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import PyFormat, Transformer

from event_store.postgres.arrays import BYTEA, TEXT, bytes_array, int_array, text_array

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def drivers_own(values: list[str] | list[bytes]) -> bytes:
    return bytes(Transformer().get_dumper(values, PyFormat.BINARY).dump(values) or b"")


@given(st.lists(words, min_size=1))
def test_texts(values: list[str]) -> None:
    assert text_array(values).encoded == drivers_own(values)


@given(st.lists(st.binary(), min_size=1))
def test_bytes(values: list[bytes]) -> None:
    assert bytes_array(values).encoded == drivers_own(values)


def test_nothing_is_an_array_without_dimensions() -> None:
    empty = b"\0\0\0\0" * 2
    assert text_array([]).encoded == empty + TEXT.to_bytes(4)
    assert bytes_array([]).encoded == empty + BYTEA.to_bytes(4)


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_whole_numbers(values: list[int]) -> None:
    assert int_array(values) == "{" + ",".join(str(value) for value in values) + "}"

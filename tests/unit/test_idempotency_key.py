"""An Idempotency-Key is bare, or any string that a structured field can hold (RFC 9651, 3.3.3 and 4.1.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from command_api.idempotency_key import OPTIONAL_KEY

PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def quoted(text: str) -> str:
    """The text as RFC 9651 serialises a string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@given(st.text(PRINTABLE, min_size=1, max_size=128))
def test_every_string_of_a_structured_field_is_the_key_it_holds(text: str) -> None:
    assert OPTIONAL_KEY.validate_python(quoted(text)) == text


@given(st.from_regex(r"[A-Za-z0-9._:-]{1,128}", fullmatch=True))
def test_a_bare_key_is_the_same_in_quotes(text: str) -> None:
    assert OPTIONAL_KEY.validate_python(text) == OPTIONAL_KEY.validate_python(quoted(text)) == text


@given(st.text(max_size=20).filter(lambda text: not text.isascii() or not text.isprintable()))
def test_what_no_structured_field_can_hold_is_no_key(text: str) -> None:
    for written in (text, quoted(text)):
        with pytest.raises(ValidationError):
            OPTIONAL_KEY.validate_python(written)


@pytest.mark.parametrize("written", ["", '""', '"', '"a', 'a"', '"a"b', '"a\\"', '"a\\b"', "'a'", "?1", '"a";v=1'])
def test_other_values_of_structured_fields_are_no_key(written: str) -> None:
    with pytest.raises(ValidationError):
        OPTIONAL_KEY.validate_python(written)


def test_no_key_is_none() -> None:
    assert OPTIONAL_KEY.validate_python(None) is None

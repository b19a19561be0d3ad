"""What the doors take as text, and in which form."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.text import BLANK, IGNORABLE, SPACES, Line, Prose, normal_form
from tests.texts import CONTROLS, INVISIBLE, LINE_BREAKS, NO_TEXT, SCRIPTS, Form

LINE: TypeAdapter[str] = TypeAdapter(Line)
PROSE: TypeAdapter[str] = TypeAdapter(Prose)
LINE_AND_PROSE = pytest.mark.parametrize("kind", [LINE, PROSE], ids=["line", "prose"])
CODE_POINTS = st.characters(exclude_categories=["Cs"])


def refusal(kind: TypeAdapter[str], text: object) -> str:
    """The code of the refusal of a text."""
    with pytest.raises(ValidationError) as refused:
        kind.validate_python(text)
    [error] = refused.value.errors()
    return error["type"]


def test_there_are_65_controls() -> None:
    assert len(CONTROLS) == 65


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS)
@LINE_AND_PROSE
def test_text_of_every_script_is_taken_whole(kind: TypeAdapter[str], name: str) -> None:
    assert kind.validate_python(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@LINE_AND_PROSE
def test_text_is_composed_however_it_was_typed(kind: TypeAdapter[str], form: Form, name: str) -> None:
    typed = unicodedata.normalize(form, name)
    assert kind.validate_python(typed) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("character", NO_TEXT, ids=lambda each: f"U+{ord(each):04X}")
@LINE_AND_PROSE
def test_what_is_no_text_is_refused_wherever_it_stands(kind: TypeAdapter[str], character: str) -> None:
    for text in (character, f"{character}Lamp", f"La{character}mp", f"Lamp{character}", f"é{character}"):
        assert refusal(kind, text) == "control_character"


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
def test_a_line_has_no_line_break(line_break: str) -> None:
    for text in (f"{line_break}Lamp", f"La{line_break}mp", f"Lamp{line_break}"):
        assert refusal(LINE, text) == "control_character"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"], ids=ascii)
def test_prose_has_lines_each_ended_by_a_line_feed(line_break: str) -> None:
    assert PROSE.validate_python(f"One{line_break}{line_break}two") == "One\n\ntwo"


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
@LINE_AND_PROSE
def test_what_cannot_be_seen_is_no_text(kind: TypeAdapter[str], text: str) -> None:
    for each in (text, f" {text}", text * 3):
        assert refusal(kind, each) == "invisible_text"


@pytest.mark.parametrize("text", [each for each in INVISIBLE if not each.isspace()], ids=ascii)
def test_what_cannot_be_seen_may_stand_beside_what_can(text: str) -> None:
    assert LINE.validate_python(f"a{text}b") == normal_form(f"a{text}b")


@pytest.mark.parametrize("space", ["", " ", "\u00a0", "\u2003", "\u3000", " \u2009 "], ids=ascii)
def test_surrounding_space_is_removed(space: str) -> None:
    assert LINE.validate_python(f"{space}Tall lamp{space}") == "Tall lamp"
    assert refusal(LINE, space) == "string_too_short"
    assert PROSE.validate_python(space) == ""


def test_the_length_is_that_of_the_composed_form() -> None:
    composed = "é" * 500
    assert LINE.validate_python(unicodedata.normalize("NFD", composed)) == composed
    assert refusal(LINE, composed + "é") == "string_too_long"
    assert refusal(LINE, "\u0958" * 251) == "string_too_long"  # two characters each once composed


@pytest.mark.parametrize("value", [None, 7, ["Lamp"]])
@LINE_AND_PROSE
def test_what_is_no_string_is_no_text(kind: TypeAdapter[str], value: object) -> None:
    assert refusal(kind, value) == "string_type"


@given(st.text(CODE_POINTS, max_size=40))
def test_taking_text_twice_is_taking_it_once(text: str) -> None:
    try:
        taken = PROSE.validate_python(text)
    except ValidationError:
        return
    assert PROSE.validate_python(taken) == taken


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40).filter(str.strip))
def test_printable_text_is_taken_and_only_composed(text: str) -> None:
    composed = unicodedata.normalize("NFC", text).strip()
    if re.fullmatch(f"[{IGNORABLE}{BLANK}{SPACES}]+", composed):
        assert refusal(LINE, text) == "invisible_text"
    else:
        assert LINE.validate_python(text) == composed

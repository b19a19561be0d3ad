"""Text as people write it, and as the doors take it in: in one normal form, without control characters, visible.

These types belong to requests and commands. What is in the log was taken in under the rules of its day: events keep
`schemas.message.Text`, which asks for nothing but a length.
"""

import re
import unicodedata
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

T = TypeVar("T")

SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Unicode's space separators (Zs)."""
LINE_ENDS = "\n\u2028\u2029"
"""What ends a line, once CR and CR LF are LF."""
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
"""Code points that no character will ever have."""
BYTE_ORDER_MARK = "\ufeff"
CONTROLS = "\x00-\x1f\x7f-\x9f" + BYTE_ORDER_MARK + NONCHARACTERS
"""What is no text; like the next two the inside of a character class."""
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Unicode's Default_Ignorable_Code_Point: joiners, direction marks, fillers and others without a picture."""
BLANK = "\u2800\U0001d159"
"""Symbols whose picture is empty: the Braille cell without dots, the note without a head."""

_FORBIDDEN_IN_LINE = re.compile(f"[{CONTROLS}{LINE_ENDS}]")
_FORBIDDEN_IN_PROSE = re.compile(f"(?![\r\n])[{CONTROLS}]")
_CARRIAGE_RETURN = re.compile("\r\n?")
_INVISIBLE = re.compile(f"[{SPACES}{LINE_ENDS}{IGNORABLE}{BLANK}]+")


def normal_form(text: str) -> str:
    """Return text composed (NFC) and with line feeds as line ends: what a reader cannot tell apart is then equal."""
    return unicodedata.normalize("NFC", _CARRIAGE_RETURN.sub("\n", text))


def take_line(value: T) -> T | str:
    """Return one line of text in its normal form, without surrounding space; leave what is no text to its type.

    Raises:
        PydanticCustomError: It has a control character or a line break, or nothing in it can be seen.
    """
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable():
        return value.strip(SPACES)
    return _take(value, _FORBIDDEN_IN_LINE)


def take_prose(value: T) -> T | str:
    """Return text as `take_line` does, with line breaks, each as a line feed."""
    return _take(value, _FORBIDDEN_IN_PROSE) if isinstance(value, str) else value


def _take(text: str, forbidden: re.Pattern[str]) -> str:
    if found := forbidden.search(text):
        raise PydanticCustomError(
            "control_character",
            "Text should have no control character, as U+{code} is",
            {"code": f"{ord(found[0]):04X}"},
        )
    taken = normal_form(text).strip(SPACES + LINE_ENDS)
    if _INVISIBLE.fullmatch(taken):
        raise PydanticCustomError("invisible_text", "Text should have something that can be seen")
    return taken


_ONE_LINE = Field(json_schema_extra={"format": "line"})

Line = Annotated[str, StringConstraints(min_length=1, max_length=500), BeforeValidator(take_line), _ONE_LINE]
"""A name, a reason, a line of an address."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=80), BeforeValidator(take_line), _ONE_LINE]
"""A word or two by which things are grouped."""
AttributeText = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(take_line), _ONE_LINE]
"""What an attribute of a product says."""
SearchText = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(take_line), _ONE_LINE]
"""The words of a search."""
Prose = Annotated[
    str, StringConstraints(max_length=2_000), BeforeValidator(take_prose), Field(json_schema_extra={"format": "prose"})
]
"""A description; it may be empty, and have line breaks."""

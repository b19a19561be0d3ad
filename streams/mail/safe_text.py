"""Text of people as a mail may show it: one line, of bounded length, that cannot turn what stands around it."""

import re
import unicodedata

from markupsafe import Markup, escape

from schemas.text import BYTE_ORDER_MARK, CONTROLS, LINE_ENDS, SPACES

MAX_NAME = 80
"""Letters of a name that are shown."""
_GAPS = re.compile(f"[{CONTROLS}{LINE_ENDS}{SPACES}]+")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069" + BYTE_ORDER_MARK + "]")
"""Marks that change the direction of what follows them."""
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def one_line(text: str) -> str:
    """Return text without line breaks, control characters and direction marks."""
    return _GAPS.sub(" ", _DIRECTIONS.sub("", text)).strip()


def shorten(text: str, limit: int = MAX_NAME) -> str:
    """Return one line of at most `limit` letters, the last of them an ellipsis where some are left out."""
    line = one_line(text)
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def isolated(text: str) -> Markup:
    """Return a short line for plain text; one that is read from the right is isolated from what stands around it."""
    line = shorten(text)
    is_turned = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in line)
    return Markup(f"{_ISOLATE}{line}{_END_OF_ISOLATE}" if is_turned else line)  # noqa: S704 - only printed as text


def isolated_html(text: str) -> Markup:
    """Return a short line for HTML, in an element of its own that isolates its direction."""
    return Markup("<bdi>{}</bdi>").format(escape(shorten(text)))


def in_one_line(value: object) -> object:
    """Return a value as a template may print it: our own markup as it is, any other text in one line."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value

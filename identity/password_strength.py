"""Which passwords are accepted: long enough, and not among those that are guessed first."""

from collections.abc import Iterable
from threading import Lock

import zxcvbn
from zxcvbn.matching import L33T_TABLE, RANKED_DICTIONARIES

from identity.passwords import MAX_LENGTH, normalise
from schemas.errors import Invalid

MIN_LENGTH = 10
"""Characters."""
MIN_UNKNOWN = 6
"""Characters beside what is known of the person."""
MIN_SCORE = 3
"""Of 4: at least 10^8 guesses."""
RATED_LENGTH = 40
"""Characters that are rated: the time grows with their square, and what is good so far gets no worse."""
MAX_STAND_INS = 6
"""Different signs that are tried as the letters they look like: each of them may double the time."""
STAND_INS = frozenset(sign for signs in L33T_TABLE.values() for sign in signs)
NEUTRAL = "~"
MAX_PERSONAL = 10
PERSONAL = "user_inputs"
_lock = Lock()


def check_password(text: str, *, personal: Iterable[str] = (), field: str = "password") -> None:
    """Accept a new password, or not; `personal` is what others know of the person, such as the address.

    Raises:
        Invalid: It is too short, too long, or too easily guessed; the entry of `errors` names `field`.
    """
    password = normalise(text[: 4 * MAX_LENGTH])
    if len(password) < MIN_LENGTH:
        raise _refused(field, "too_short", f"a password has at least {MIN_LENGTH} characters")
    if len(password) > MAX_LENGTH or len(text) > 4 * MAX_LENGTH:
        raise _refused(field, "too_long", f"a password has at most {MAX_LENGTH} characters")
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise _refused(field, "not_text", "a password is Unicode text")
    words = _words(personal)
    if len(_without(words, password)) < MIN_UNKNOWN or _rate(_bounded(password), words) < MIN_SCORE:
        raise _refused(field, "too_common", "this password is easily guessed; some unrelated words are a good one")


def _rate(password: str, words: list[str]) -> int:
    """The library keeps the words in a table of all callers, where they must not stay."""
    with _lock:
        try:
            return int(zxcvbn.zxcvbn(password, user_inputs=words)["score"])
        finally:
            RANKED_DICTIONARIES[PERSONAL] = {}


def _bounded(password: str) -> str:
    """What is rated of a password, in some 30 ms."""
    rated = password[:RATED_LENGTH]
    signs = list(dict.fromkeys(sign for sign in rated if sign in STAND_INS))
    return rated.translate(dict.fromkeys(map(ord, signs[MAX_STAND_INS:]), NEUTRAL))


def _words(personal: Iterable[str]) -> list[str]:
    """Each text as a whole, and the parts of an address."""
    given = [each[:RATED_LENGTH] for each in personal if each][:MAX_PERSONAL]
    parts = (part for each in given for part in each.replace("@", " ").replace(".", " ").split())
    return list(dict.fromkeys([*given, *(part for part in parts if len(part) > 2)]))


def _without(words: list[str], password: str) -> str:
    """A password without what is known of the person."""
    rest = password.casefold()
    for word in words:
        rest = rest.replace(word.casefold(), "")
    return rest


def _refused(field: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[{"field": field, "in": "body", "code": code, "detail": detail}])

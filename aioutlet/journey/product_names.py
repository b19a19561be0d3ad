"""The retailer's shorthand as words a customer would read; the words themselves are in `words.json`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import orjson

_UNITS = {"OZ": "oz", "FL OZ": "fl oz", "LB": "lb", "GA": "gal", "GAL": "gal", "QT": "qt", "PT": "pt"}
_UNITS |= {"L": "l", "ML": "ml", "SQ FT": "sq ft", "CT": "pieces", "DZ": "dozen", "PK": "pack", "STEM": "stems"}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_ONE = re.compile(rf"(?:^|[A-Z)]\s+)([\d.]+)\s*({_UNIT})$")
_MANY = re.compile(rf"^(\d+)\s*(?:PK|CT|P)?\s*/\s*([\d.]+)\s*({_UNIT})$")
_CARTON_POUNDS = 10
_SMALL = {"and", "or", "of", "with", "on", "the", "to", "from", "in", "oz"}


@dataclass(frozen=True, slots=True)
class Words:
    """Whole departments, categories and `category|type` pairs with a name of their own; single words for the rest."""

    departments: Mapping[str, str]
    categories: Mapping[str, str]
    types: Mapping[str, str]
    words: Mapping[str, str]

    def category(self, raw: str) -> str:
        """`FRZN MEAT/MEAT DINNERS` as `Frozen Dinners`."""
        return self.categories.get(raw) or self.readable(raw)

    def name(self, category: str, kind: str, size: str | None = None) -> str:
        """What stands on the shelf: the kind of product, and how much of it."""
        named = self.types.get(f"{category}|{kind}") or self._told_apart(category, self.readable(kind))
        return f"{named}, {size}" if size else named

    def readable(self, shorthand: str) -> str:
        """Any of the retailer's own phrases, spelled out as well as a table of words can."""
        bare = re.sub(r"\(.*?(\)|$)", " ", shorthand)
        spread = re.sub(r"\s*([:&/])\s*", r" \1 ", bare).replace(":", " ").replace("/", " / ")
        words = [self._spelled(word) for word in spread.split() if word != "-"]
        return " ".join(_cased(word) for word in " ".join(words).split()).strip(" &/,-") or shorthand.title()

    def _spelled(self, word: str) -> str:
        if word in self.words or not self.words.keys() & set(parts := word.split("-")):
            return self.words.get(word, word)
        return " ".join(self.words.get(part, part) for part in parts)

    def _told_apart(self, category: str, kind: str) -> str:
        heading = self.category(category)
        known = {word.rstrip("s") for word in heading.lower().split()}
        return kind if known & {word.rstrip("s") for word in kind.lower().split()} else f"{heading}: {kind}"


@cache
def words() -> Words:
    """The table that comes with us."""
    return Words(**orjson.loads(files("aioutlet.journey").joinpath("words.json").read_bytes()))


def size(raw: str | None, *, department: str = "") -> str | None:
    """`12 PK/12 OZ` as `12 x 12 oz`; None where it is not a size a customer is sold.

    Fresh departments give the carton a product came in (bananas: 40 LB); such sizes are left out.
    """
    text = (raw or "").strip().upper()
    if many := _MANY.match(text):
        return f"{many[1]} x {_number(many[2])} {_UNITS[many[3]]}"
    if not (one := _ONE.search(text)):
        return None
    number, unit = _number(one[1]), _UNITS[one[2]]
    if department == "PRODUCE" and (unit == "pieces" or (unit == "lb" and float(number) >= _CARTON_POUNDS)):
        return None
    return "1 piece" if (number, unit) == ("1", "pieces") else f"{number} {unit}"


def _number(raw: str) -> str:
    return f"{float(raw):g}"


def _cased(word: str) -> str:
    if word.lower() in _SMALL:
        return word.lower()
    return "-".join(part[:1].upper() + part[1:].lower() if part.isupper() else part for part in word.split("-"))

"""Which icon shows a product: the one it names, else one for its name, its category or its department."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import orjson

PACKAGE = "schemas.pictures"
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PictureTable:
    """Icons by department, by category, and by words of names within a department; and one for all the rest."""

    fallback: str
    departments: Mapping[str, str]
    categories: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]

    def choose(self, *, name: str, department: str, category: str) -> str:
        """Return the icon of a product that names none."""
        return (
            self._by_name(name, self.names.get(department, {}))
            or self.categories.get(category)
            or self.departments.get(department)
            or self.fallback
        )

    def icons(self) -> set[str]:
        """Return every icon that may be chosen."""
        by_name = (icon for icons in self.names.values() for icon in icons.values())
        return {self.fallback, *self.departments.values(), *self.categories.values(), *by_name}

    def _by_name(self, name: str, icons: Mapping[str, str]) -> str | None:
        words = f" {' '.join(WORD.findall(name.lower()))} "
        return next((icon for phrase, icon in icons.items() if f" {phrase} " in words), None)


@cache
def picture_table() -> PictureTable:
    """Read `table.json`, which people write."""
    return PictureTable(**orjson.loads(files(PACKAGE).joinpath("table.json").read_bytes()))


@cache
def icon_hashes() -> Mapping[str, str]:
    """Read `icons.json`, which `make pictures` writes: a hash of the content of each icon there is."""
    hashes: dict[str, str] = orjson.loads(files(PACKAGE).joinpath("icons.json").read_bytes())
    return hashes


def choose_picture(picture: str | None, *, name: str, department: str, category: str) -> str:
    """Return the icon of a product; `picture` is the one it names, if it does."""
    if picture is not None and picture in icon_hashes():
        return picture
    return picture_table().choose(name=name, department=department, category=category)

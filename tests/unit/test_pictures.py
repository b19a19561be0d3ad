"""Every product shows a picture, and the pictures are small, known and harmless."""

import re
from importlib.resources import files
from pathlib import Path

import orjson
import pytest

from aioutlet.demo.load import read_catalogue
from aioutlet.demo.make_pictures import hash_of
from bff.pictures.urls import picture_url
from schemas.pictures.choosing import choose_picture, icon_hashes, picture_table

ICONS = Path(str(files("bff.pictures").joinpath("icons")))
TABLE = orjson.loads(files("schemas.pictures").joinpath("table.json").read_bytes())
MAX_SIZE = 2 * 1024 * 1024
SAFE = frozenset(("svg", "g", "path", "circle", "ellipse", "rect", "defs", "use", "clipPath", "stop", "filter"))
GRADIENTS_AND_FILTERS = re.compile(r"(linear|radial)Gradient|fe(Flood|Blend|Offset|ColorMatrix|GaussianBlur)")
LINKS = re.compile(r'href="([^"]*)"|url\(([^)]*)\)')


def test_every_category_of_the_demo_has_a_picture_of_its_own() -> None:
    products = read_catalogue().products
    assert {product.category for product in products} - TABLE["categories"].keys() == set()
    assert {product.department for product in products} - TABLE["departments"].keys() == set()


@pytest.mark.parametrize(
    ("said", "picture"),
    [
        ({"name": "Bananas", "department": "Fruit & Vegetables", "category": "Tropical Fruit"}, "banana"),
        ({"name": "Papaya", "department": "Fruit & Vegetables", "category": "Tropical Fruit"}, "pineapple"),
        ({"name": "Granny Smith Apples", "department": "Fruit & Vegetables", "category": "Apples"}, "green-apple"),
        ({"name": "Bananarama", "department": "Fruit & Vegetables", "category": "Unheard of"}, "leafy-green"),
        ({"name": "Bananas", "department": "Books", "category": "Novels"}, "shopping-bags"),
        ({"name": "🍌", "department": "", "category": ""}, "shopping-bags"),
    ],
)
def test_a_picture_is_chosen_by_name_category_and_department(said: dict[str, str], picture: str) -> None:
    assert choose_picture(None, **said) == picture


@pytest.mark.parametrize(("named", "picture"), [("pizza", "pizza"), ("no-such-icon", "tomato"), ("../../x", "tomato")])
def test_a_product_may_name_a_picture_that_there_is(named: str, picture: str) -> None:
    said = {"name": "Tomatoes", "department": "Fruit & Vegetables", "category": "Tomatoes"}
    assert choose_picture(named, **said) == picture


def test_every_picture_that_may_be_chosen_is_there_as_it_was_hashed() -> None:
    pictures = {file.stem: hash_of(file.read_bytes()) for file in ICONS.glob("*.svg")}
    assert pictures == icon_hashes()
    assert picture_table().icons() <= pictures.keys()
    assert all(re.fullmatch(r"[a-z0-9-]{1,64}", name) for name in pictures)


def test_the_pictures_are_small_and_credited() -> None:
    assert sum(file.stat().st_size for file in ICONS.iterdir()) <= MAX_SIZE
    assert "MIT License" in ICONS.with_name("LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", icon_hashes())
def test_no_picture_runs_or_loads_anything(name: str) -> None:
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    elements = {*re.findall(r"<(\w+)", text)} - SAFE
    assert all(GRADIENTS_AND_FILTERS.fullmatch(element) for element in elements)
    assert all("".join(link).startswith("#") for link in LINKS.findall(text))
    assert not re.search(r"\s(on\w+|style)=", text)


def test_the_url_of_a_picture_changes_with_it_and_is_left_as_it_is() -> None:
    url = picture_url("banana")
    assert url == f"/bff/pictures/banana.svg?v={icon_hashes()['banana']}"
    assert picture_url(url) == url


@pytest.mark.parametrize("unknown", [None, "no-such-icon", "", 1])
def test_what_is_no_picture_has_the_url_of_another(unknown: object) -> None:
    assert picture_url(unknown) == picture_url(picture_table().fallback)

"""Departments as the browser gets them: each with its picture."""

import pytest

from bff.answers import Department
from schemas.pictures.choosing import icon_hashes, picture_table
from tests.unit.bff.shop import Browser, FakeShop


@pytest.mark.parametrize(("name", "icon"), [("Bakery", "croissant"), ("Nobody knows", picture_table().fallback)])
async def test_a_department_shows_its_icon_and_an_unknown_one_that_of_the_rest(
    browser: Browser, shop: FakeShop, name: str, icon: str
) -> None:
    shop.answers["GET", "/products/departments"] = [{"department": name, "total": 2, "categories": []}]
    [found] = (await browser.get("/bff/departments")).json()
    assert found["picture"] == f"/bff/pictures/{icon}.svg?v={icon_hashes()[icon]}"


def test_a_picture_that_is_there_stays() -> None:
    shown = Department(department="Bakery", picture="/bff/pictures/fish.svg?v=1", total=1, categories=[])
    assert shown.picture == "/bff/pictures/fish.svg?v=1"


async def test_what_is_bought_together_is_told_without_counting_a_view(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/products/lamp/bought-together"] = {"productId": "lamp", "orders": 3, "missed": 0, "items": []}
    answer = await browser.get("/bff/products/lamp/bought-together")
    assert answer.json() == {"orders": 3, "missed": 0, "items": []}
    assert shop.sent("GET", "/products/lamp") == []
    assert browser._transport.app.state.views.drain(everything=True) == []  # type: ignore[attr-defined]

"""No route stands where an id may stand, unless nobody can have that id."""

import re
from itertools import product

import pytest

from schemas.reserved_ids import RESERVED_IDS
from tests.integration.doors.counter import Counter
from tests.integration.doors.reader import Reader
from tests.unit.bff.shop import Browser, FakeShop, door_of

PARAMETER = re.compile(r"\{\w+\}")
NEVER_AN_ID = re.compile(r"[^A-Za-z0-9]")
"""How a segment begins that is no id."""
DRAWN = ("/users/", "/admin/users/", "/admin/config/", "/admin/dead-letters/")
"""Where ids stand that nobody chooses: the shop makes those of users and dead letters; the configuration has keys."""


def shadowing(paths: set[str]) -> dict[str, str]:
    """Words of the first path of a pair that stand where the second has an id, with the path of the id."""
    found: dict[str, str] = {}
    for one, other in product(paths, repeat=2):
        words, places = one.strip("/").split("/"), other.strip("/").split("/")
        if len(words) == len(places) and all(map(_may_meet, words, places)):
            found |= {
                word: other
                for word, place in zip(words, places, strict=True)
                if PARAMETER.fullmatch(place) and not PARAMETER.fullmatch(word)
            }
    return found


def _may_meet(one: str, other: str) -> bool:
    return one == other or bool(PARAMETER.fullmatch(one) or PARAMETER.fullmatch(other))


def check_shadows(paths: set[str]) -> None:
    """See that whatever stands where an id may stand is reserved, or is no id."""
    chosen = {path for path in paths if not path.removeprefix("/bff").startswith(DRAWN)}
    words = shadowing(chosen)
    assert words
    assert {word for word in words if not NEVER_AN_ID.match(word)} <= RESERVED_IDS


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ({"/a/{id}", "/a/new"}, {"new": "/a/{id}"}),
        ({"/a/{id}", "/b/new"}, {}),
        ({"/a/{id}/x", "/a/new/x"}, {"new": "/a/{id}/x"}),
        ({"/a/{id}/x", "/a/new/y"}, {}),
        ({"/a/{id}/{part}", "/a/new/y"}, {"new": "/a/{id}/{part}", "y": "/a/{id}/{part}"}),
    ],
)
def test_a_shadow_is_seen(paths: set[str], found: dict[str, str]) -> None:
    assert shadowing(paths) == found


def test_no_id_is_shadowed_by_a_route(counter: Counter, reader: Reader) -> None:
    """Of both doors together: a gateway may put them side by side, and a path may be moved."""
    check_shadows({*counter.app.openapi()["paths"], *reader.app.openapi()["paths"]})


async def test_no_id_is_shadowed_by_a_route_for_browsers() -> None:
    async with door_of(FakeShop()) as door:
        check_shadows(set(door.openapi()["paths"]))


@pytest.mark.parametrize("word", sorted(RESERVED_IDS))
async def test_a_browser_finds_nothing_under_a_reserved_id(word: str) -> None:
    """What the services have at that address is no answer."""
    shop = FakeShop()
    shop.answers |= {("GET", f"/{kind}/{word}"): [{"name": "Home"}] for kind in ("products", "orders")}
    paths = [f"/bff/orders/{word}", f"/bff/products/{word}/bought-together"]
    paths += [] if word.startswith("trending") else [f"/bff/products/{word}"]
    async with door_of(shop) as door, Browser(door) as browser:
        await browser.log_in()
        for path in paths:
            answer = await browser.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_every_reserved_word_is_an_id_otherwise() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", word) for word in RESERVED_IDS)

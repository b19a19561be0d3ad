"""The screenshots: every page has one, and those that the documentation shows are there and small."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.docs_images import DOCS_IMAGES, IMAGES, Image
from tests.web.shots import SHOTS

ROOT = Path(__file__).parents[2]
ADDRESSES = json.loads((ROOT / "web" / "src" / "app" / "addresses.json").read_text())
SHOWN = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)\s]+)\)")
MOST = 150_000
"""Bytes of one picture."""


def _is_of(path: str, address: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\$\w+", "[^/]+", address), path))


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_a_shot(address: str) -> None:
    assert any(_is_of(urlsplit(shot.path).path, address) for shot in SHOTS)


def test_no_two_shots_write_the_same_file() -> None:
    names = [shot.name for shot in SHOTS]
    assert len(names) == len(set(names))


def test_the_folder_holds_the_pictures_that_are_made_and_no_other() -> None:
    assert {each.name for each in IMAGES.iterdir()} == {image.file for image in DOCS_IMAGES}


@pytest.mark.parametrize("image", DOCS_IMAGES, ids=lambda image: image.file)
def test_a_picture_is_small(image: Image) -> None:
    assert (IMAGES / image.file).stat().st_size <= MOST


@pytest.mark.parametrize("page", ["README.md", "docs/explanation/web.md"])
def test_a_page_shows_pictures_that_are_there_and_says_what_is_on_them(page: str) -> None:
    shown = [match.groupdict() for match in SHOWN.finditer((ROOT / page).read_text())]
    assert shown
    for each in shown:
        assert ((ROOT / page).parent / each["file"]).is_file()
        assert len(each["alt"].split()) > 3


def test_the_explanation_shows_all_of_them() -> None:
    text = (ROOT / "docs" / "explanation" / "web.md").read_text()
    assert [image.file for image in DOCS_IMAGES if image.file not in text] == []

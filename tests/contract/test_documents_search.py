"""What is found by its words, on every document server that searches text."""

import unicodedata

import pytest

from projectors.document_cache import DocumentCache
from projectors.document_io import Database
from projectors.models.products import PRODUCTS
from projectors.writer import write
from query_api.routers.products import search_text
from schemas.topics import TopicPartition
from tests.documents import where_text_is_searched
from tests.examples import EXAMPLES, LAMP_ID, MUG_ID
from tests.histories import events, recorded
from tests.texts import SCRIPTS

pytestmark = where_text_is_searched

CATALOGUE = TopicPartition(PRODUCTS.view.topic, 0)
MUG = events("product.created", product_id=MUG_ID, name="Stone mug", category="Cups")


async def found(mongodb: Database, words: str) -> list[str]:
    products = mongodb[PRODUCTS.view.name].find({"$text": {"$search": search_text(words)}})
    return sorted([product["_id"] async for product in products])


@pytest.fixture
async def shelf(mongodb: Database) -> Database:
    await write(mongodb, PRODUCTS, CATALOGUE, recorded([EXAMPLES["product.created"], *MUG]), DocumentCache())
    return mongodb


async def test_the_lamp_is_found_by_a_word_of_its_category(shelf: Database) -> None:
    assert await found(shelf, "lighting lamp") == [LAMP_ID]


async def test_what_has_none_of_the_words_is_not_found(shelf: Database) -> None:
    assert await found(shelf, "mug") == [MUG_ID]
    assert await found(shelf, "bicycle") == []


@pytest.mark.parametrize("words", ["lam", "lamps", "la", "the lamp", "desk mug", "a"])
async def test_words_are_compared_whole_and_all_of_them_count(shelf: Database, words: str) -> None:
    # A server left to itself would stem `lamps`, and leave out `the`.
    assert await found(shelf, words) == []


async def test_a_product_with_another_name_is_found_by_that_alone(shelf: Database) -> None:
    renamed = events("product.updated", product_id=MUG_ID, name="Clay beaker", category="Cups")
    await write(shelf, PRODUCTS, CATALOGUE, recorded(renamed, after=2), DocumentCache())
    assert await found(shelf, "beaker") == [MUG_ID]
    assert await found(shelf, "mug") == []


async def test_names_of_every_script_are_found_in_each_form_and_no_other_is(mongodb: Database) -> None:
    history = [
        event
        for script, name in SCRIPTS.items()
        for event in events("product.created", product_id=script.replace(" ", "-"), name=name)
    ]
    await write(mongodb, PRODUCTS, CATALOGUE, recorded(history), DocumentCache())
    for script, name in SCRIPTS.items():
        for form in ("NFC", "NFD"):
            typed = unicodedata.normalize(form, name)
            assert await found(mongodb, typed) == [script.replace(" ", "-")]


@pytest.mark.parametrize(
    ("names", "words", "expected"),
    [
        (["कीमा", "काम"], "काम", ["1"]),
        (["นา", "น้ำ"], "น้ำ", ["1"]),
        (["Crème Brûlée", "Crimea"], "creme", ["0"]),
        (["before\x00after"], "after", ["0"]),
        (["C++", "C"], "c++", ["0", "1"]),
        (["★★★", "★ soap"], "★", ["0", "1"]),
    ],
)
async def test_what_is_told_apart_and_what_is_not(
    mongodb: Database, names: list[str], words: str, expected: list[str]
) -> None:
    history = [
        event
        for index, name in enumerate(names)
        for event in events("product.created", product_id=f"{index}", name=name)
    ]
    await write(mongodb, PRODUCTS, CATALOGUE, recorded(history), DocumentCache())
    assert await found(mongodb, words) == expected

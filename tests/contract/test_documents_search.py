"""What is found by its words, on every document server that searches text."""

import pytest

from projectors.document_cache import DocumentCache
from projectors.document_io import Database
from projectors.models.products import PRODUCTS
from projectors.writer import write
from schemas.topics import TopicPartition
from tests.documents import where_text_is_searched
from tests.examples import EXAMPLES, LAMP_ID, MUG_ID
from tests.histories import events, recorded

pytestmark = where_text_is_searched

CATALOGUE = TopicPartition(PRODUCTS.view.topic, 0)
MUG = events("product.created", product_id=MUG_ID, name="Stone mug", category="Cups")


async def found(mongodb: Database, words: str) -> list[str]:
    products = mongodb[PRODUCTS.view.name].find({"$text": {"$search": words}})
    return sorted([product["_id"] async for product in products])


@pytest.fixture
async def shelf(mongodb: Database) -> Database:
    await write(mongodb, PRODUCTS, CATALOGUE, recorded([EXAMPLES["product.created"], *MUG]), DocumentCache())
    return mongodb


async def test_the_lamp_is_found_by_a_word_of_its_category(shelf: Database) -> None:
    assert await found(shelf, '"lighting" "lamp"') == [LAMP_ID]


async def test_what_has_none_of_the_words_is_not_found(shelf: Database) -> None:
    assert await found(shelf, "mug") == [MUG_ID]
    assert await found(shelf, "bicycle") == []


async def test_a_product_with_another_name_is_found_by_that_alone(shelf: Database) -> None:
    renamed = events("product.updated", product_id=MUG_ID, name="Clay beaker", category="Cups")
    await write(shelf, PRODUCTS, CATALOGUE, recorded(renamed, after=2), DocumentCache())
    assert await found(shelf, "beaker") == [MUG_ID]
    assert await found(shelf, "mug") == []

"""What is found by its words, on every document server."""

import unicodedata
from collections.abc import Sequence

import pytest

from projectors.document_io import Database
from projectors.models.products import PRODUCTS
from projectors.projection import Projection
from query_api.catalogue.follower import CatalogueFollower
from query_api.catalogue.lists import Question, find_products
from query_api.catalogue.selection import Filters, select
from schemas.envelope import Envelope
from schemas.message import Event
from tests.documents import on_every_server
from tests.examples import EXAMPLES, LAMP_ID, MUG_ID
from tests.histories import PARTITIONS, HistoryLog, deliver, events, recorded
from tests.texts import SCRIPTS
from text.search_words import query_words

pytestmark = on_every_server

MUG = events("product.created", product_id=MUG_ID, name="Stone mug", category="Cups", description="Not a lamp")


class Shelf:
    """A catalogue that is written by the projector and searched as the query API does."""

    def __init__(self, database: Database) -> None:
        self._projection = Projection([PRODUCTS], database, HistoryLog())
        self._follower = CatalogueFollower(database, partitions=PARTITIONS, sold_from={"main"})
        self._position = 0

    async def happens(self, history: Sequence[Event]) -> None:
        envelopes: list[Envelope] = recorded(history, after=self._position)
        self._position += len(envelopes)
        await deliver(self._projection, envelopes)

    async def finds(self, words: str) -> list[str]:
        index, filters = await self._follower.index(), Filters(words=tuple(query_words(words)))
        return find_products(index, select(index, filters), Question(filters, "relevance", 0, 200, None)).ids


@pytest.fixture
def empty(mongodb: Database) -> Shelf:
    return Shelf(mongodb)


@pytest.fixture
async def shelf(empty: Shelf) -> Shelf:
    await empty.happens([EXAMPLES["product.created"], *MUG])
    return empty


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lighting lamp", [LAMP_ID]),
        ("lamp", [LAMP_ID, MUG_ID]),
        ("mug", [MUG_ID]),
        ("LAM", [LAMP_ID, MUG_ID]),
        ("desk la", [LAMP_ID]),
        ("amp", []),
        ("lamps", []),
        ("desk mug", []),
        ("bicycle", []),
    ],
)
async def test_products_are_found_by_all_words_or_their_beginnings_the_better_places_first(
    shelf: Shelf, words: str, found: list[str]
) -> None:
    assert await shelf.finds(words) == found


async def test_a_product_with_another_name_is_found_by_that_alone(shelf: Shelf) -> None:
    assert await shelf.finds("mug") == [MUG_ID]
    await shelf.happens(events("product.updated", product_id=MUG_ID, name="Clay beaker", category="Cups"))
    assert await shelf.finds("beaker") == [MUG_ID]
    assert await shelf.finds("mug") == []


async def test_names_of_every_script_are_found_in_each_form_and_no_other_is(empty: Shelf) -> None:
    await empty.happens(
        [
            event
            for script, name in SCRIPTS.items()
            for event in events("product.created", product_id=script.replace(" ", "-"), name=name)
        ]
    )
    for script, name in SCRIPTS.items():
        for form in ("NFC", "NFD"):
            typed = unicodedata.normalize(form, name)
            assert await empty.finds(typed) == [script.replace(" ", "-")]


@pytest.mark.parametrize(
    ("names", "words", "expected"),
    [
        (["कीमा", "काम"], "काम", ["1"]),
        (["นา", "น้ำ"], "น้ำ", ["1"]),
        (["Crème Brûlée", "Crimea"], "creme", ["0"]),
        (["before\x00after"], "after", ["0"]),
        (["C++", "C"], "c++", ["1", "0"]),
        (["★★★", "★ soap"], "★", ["0", "1"]),
    ],
)
async def test_what_is_told_apart_and_what_is_not(
    empty: Shelf, names: list[str], words: str, expected: list[str]
) -> None:
    await empty.happens(
        [
            event
            for index, name in enumerate(names)
            for event in events("product.created", product_id=f"{index}", name=name)
        ]
    )
    assert sorted(await empty.finds(words)) == sorted(expected)

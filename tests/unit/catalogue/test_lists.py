"""Lists of products against the plain way to find them: filter all, sort all, count all."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from query_api.catalogue.index import CatalogueIndex
from query_api.catalogue.lists import ORDERS, Question, SelectionCache, _listing, find_products
from query_api.catalogue.product import IndexedProduct
from query_api.catalogue.selection import FACET_VALUES, Filters, select
from query_api.cursors import write_cursor
from schemas.errors import Invalid
from tests.texts import SCRIPTS
from tests.unit.catalogue.examples import index_of, product
from text.search_words import query_words

WORDS = ("lamp", "desk", "lampshade", "brass", "mug", "blue")
SORTED_BY: dict[str, Callable[[IndexedProduct], Any]] = {
    "name": lambda each: (each.name_key, each.product_id),
    "price": lambda each: (each.amount, each.product_id),
    "newest": lambda each: (each.created, each.product_id),
    "rating": lambda each: (each.rating, each.reviews, each.product_id),
}

FUZZED = index_of(
    product(f"f-{number}", name, description=name[::-1], brand=name[:80])
    for number, name in enumerate(["Lamp", "a b c", "Crème", "$where", "0 1 2 3", "★ soap", *SCRIPTS.values()])
)


def some_product(chance: random.Random, number: int) -> IndexedProduct:
    return product(
        f"p-{number}",
        " ".join(chance.choices(WORDS, k=chance.randint(1, 3))),
        description=" ".join(chance.choices(WORDS, k=chance.randint(0, 2))),
        department=chance.choice(["Home", "Garden"]),
        category=chance.choice(["Lighting", "Cups", "Pots"]),
        brand=chance.choice([None, "Acme", "Blue Desk"]),
        amount=chance.choice([0, 1, 499, 500, 501, 10**12]),
        currency=chance.choice(["USD", "JPY"]),
        is_for_sale=chance.random() < 0.8,
        is_in_stock=chance.random() < 0.5,
        rating=chance.choice([0, 100, 199, 200, 433, 500]),
        reviews=chance.randint(0, 3),
        created=chance.randrange(10**6) * 10_000 + number,
    )


def some_filters(chance: random.Random) -> Filters:
    def maybe(*values: Any) -> Any:
        return chance.choice([None, None, *values])

    return Filters(
        department=maybe("Home", "Nowhere"),
        category=maybe("Lighting", "Cups"),
        brand=maybe("Acme"),
        min_price=maybe(0, 1, 500, 10**12),
        max_price=maybe(0, 499, 500),
        currency=maybe("USD"),
        in_stock=maybe(True, False),
        min_rating=maybe(1, 2, 5),
        words=chance.choice([(), (), ("lamp",), ("la", "de"), ("b",), ("acme", "lamp"), ("x",)]),
    )


def changed_catalogue(seed: int) -> tuple[CatalogueIndex, list[IndexedProduct]]:
    """An index of 60 products of which many have changed, read in between, and what they are now."""
    chance, current = random.Random(seed), dict[str, IndexedProduct]()
    index = CatalogueIndex()
    for _ in range(4):
        some = [some_product(chance, chance.randrange(60)) for _ in range(40)]
        index.put(some)
        current |= {each.product_id: each for each in some}
        select(index, some_filters(chance))
        index.by_name.sort()
    return index, list(current.values())


def matches(each: IndexedProduct, filters: Filters, *, without: str = "") -> bool:
    wanted = filters._asdict() | ({without: None} if without else {})
    words = [*each.name_words.split(), *each.label_words.split(), *each.description_words.split()]
    return (
        each.is_for_sale
        and all(wanted[name] in (None, getattr(each, name)) for name in ("department", "category", "brand", "currency"))
        and (wanted["min_price"] is None or wanted["min_price"] <= each.amount)
        and (wanted["max_price"] is None or each.amount <= wanted["max_price"])
        and wanted["in_stock"] in (None, each.is_in_stock)
        and (wanted["min_rating"] is None or each.rating >= 100 * wanted["min_rating"])
        and all(any(word.startswith(beginning) for word in words) for beginning in filters.words)
    )


def pages(index: CatalogueIndex, filters: Filters, sort: str, limit: int) -> Iterator[list[str]]:
    cursor: str | None = None
    while True:
        page = find_products(index, select(index, filters), Question(filters, sort, 0, limit, cursor))
        yield page.ids
        if (cursor := page.next) is None:
            return


@pytest.mark.parametrize("seed", range(30))
def test_a_list_is_what_filtering_and_sorting_everything_gives(seed: int) -> None:
    index, catalogue = changed_catalogue(seed)
    chance = random.Random(f"{seed}")
    for _ in range(20):
        filters = some_filters(chance)
        found = [each for each in catalogue if matches(each, filters)]
        assert select(index, filters).total == len(found)
        sort = chance.choice(["name", "-name", "price", "-price", "newest", "rating"])
        key = SORTED_BY[sort.removeprefix("-")]
        expected = [each.product_id for each in sorted(found, key=key, reverse=ORDERS[sort].is_descending)]
        for limit in (1, 7, 200):
            assert [each for page in pages(index, filters, sort, limit) for each in page] == expected
        skipped = find_products(index, select(index, filters), Question(filters, sort, 3, 5, None))
        assert skipped.ids == expected[3:8]


@pytest.mark.parametrize("seed", range(30))
def test_every_facet_count_is_what_counting_gives(seed: int) -> None:
    index, catalogue = changed_catalogue(seed)
    chance = random.Random(f"{seed}")
    for _ in range(20):
        filters = some_filters(chance)
        facets = select(index, filters).facets

        def among(name: str, filters: Filters = filters) -> list[IndexedProduct]:
            return [each for each in catalogue if matches(each, filters, without=name)]

        assert dict(facets["departments"]) == Counter(each.department for each in among("department"))
        assert dict(facets["categories"]) == Counter(each.category for each in among("category"))
        assert dict(facets["brands"]) == Counter(each.brand for each in among("brand") if each.brand)
        assert dict(facets["inStock"]) == {
            value: sum(each.is_in_stock is value for each in among("in_stock")) for value in (True, False)
        }
        assert dict(facets["ratings"]) == {
            stars: sum(each.rating >= 100 * stars for each in among("min_rating")) for stars in range(1, 6)
        }


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_large_catalogues_are_read_by_their_order_as_small_ones_are(seed: int) -> None:
    chance = random.Random(seed)
    index = index_of(product(f"p-{each}", amount=chance.randrange(50)) for each in range(3_000))
    dropped = [product(f"p-{each}", is_for_sale=False) for each in chance.sample(range(3_000), 400)]
    index.put(dropped)
    expected = sorted((each.amount, each.product_id) for each in index.products if each.is_for_sale)
    ids = [each for page in pages(index, Filters(), "price", 700) for each in page]
    assert ids == [product_id for _, product_id in expected]
    last = find_products(index, select(index, Filters()), Question(Filters(), "-price", 2_590, 200, None))
    assert last.ids == [product_id for _, product_id in expected[9::-1]]
    assert last.next is None


def ranked(words: str, *products: IndexedProduct) -> list[str]:
    index, filters = index_of(products), Filters(words=tuple(words.split()))
    return [each for page in pages(index, filters, "relevance", 2) for each in page]


def test_the_better_the_place_of_the_words_the_earlier_a_product_comes() -> None:
    found = ranked(
        "desk lamp",
        product("described", "Abacus", description="goes with every desk and lamp"),
        product("labelled", "Abat-jour", category="Desks", brand="Lampert"),
        product("begun", "Anglepoise desklike lampshade"),
        product("whole", "A brass lamp for a desk"),
        product("beginning", "Desk lamp, brass"),
        product("named", "Desk lamp"),
        product("half", "Desk", description="without light"),
    )
    assert found == ["named", "beginning", "whole", "begun", "labelled", "described"]


def test_products_that_match_alike_come_by_name_and_then_by_id() -> None:
    found = ranked("lamp", *(product(each, name) for each, name in (("3", "Lamp b"), ("2", "Lamp a"), ("1", "Lamp b"))))
    assert found == ["2", "1", "3"]


def test_trending_products_come_first_and_the_others_by_name() -> None:
    index = index_of(product(each, f"Lamp {each}") for each in "abcdef")
    selection, trending = select(index, Filters()), ["e", "gone", "b"]
    first = find_products(index, selection, Question(Filters(), "trending", 0, 1, None), trending)
    assert first.ids == ["e"]
    rest = find_products(index, selection, Question(Filters(), "trending", 0, 9, first.next), trending)
    assert rest.ids == ["b", "a", "c", "d", "f"]


@pytest.mark.parametrize(
    ("later", "rest"),
    [
        (["b", "e"], ["a", "c", "d"]),
        (["e", "c", "b"], ["c", "b", "a", "d"]),
        (["c"], ["c", "a", "b", "d", "e"]),
        ([], ["a", "b", "c", "d", "e"]),
    ],
)
def test_a_page_of_trending_products_goes_on_where_its_last_one_is_now(later: list[str], rest: list[str]) -> None:
    index = index_of(product(each, f"Lamp {each}") for each in "abcde")
    selection, question = select(index, Filters()), Question(Filters(), "trending", 0, 1, None)
    first = find_products(index, selection, question, ["e", "b"])
    found = find_products(index, selection, question._replace(cursor=first.next, limit=9), later)
    assert found.ids == rest


def test_a_selection_is_kept_until_the_catalogue_changes() -> None:
    index, cache = index_of([product("a")]), SelectionCache()
    first = cache.select(index, Filters())
    assert cache.select(index, Filters()) is first
    index.put([product("b")])
    assert cache.select(index, Filters()).total == 2
    assert cache.select(index_of([]), Filters()).total == 0


def test_values_of_a_facet_that_are_as_frequent_are_in_the_order_of_a_dictionary() -> None:
    brands = ["Zebra", "apple", "Éclair", "eclair", "Fig", "banana", "Äpfel", "яблоко", "Ω"]
    found = index_of(product(f"p-{number}", brand=brand) for number, brand in enumerate([*brands, "Zebra"]))
    shown = [brand for brand, _ in select(found, Filters()).facets["brands"]]
    assert shown == ["Zebra", "Äpfel", "apple", "banana", "eclair", "Éclair", "Fig", "Ω", "яблоко"]


def test_a_facet_has_its_most_frequent_values() -> None:
    index = index_of(product(f"{each}", brand=f"brand {each % 150:03}") for each in range(200))
    brands = select(index, Filters()).facets["brands"]
    assert len(brands) == FACET_VALUES
    assert brands[:50] == [(f"brand {each:03}", 2) for each in range(50)]


@pytest.mark.parametrize(
    "asked",
    [
        Question(Filters(), "-price", 0, 1, None),
        Question(Filters(department="Home"), "price", 0, 1, None),
        Question(Filters(words=("lamp",)), "price", 0, 1, None),
    ],
)
def test_a_cursor_of_another_list_is_refused(asked: Question) -> None:
    index = index_of(product(each) for each in "abc")
    cursor = find_products(index, select(index, Filters()), Question(Filters(), "price", 0, 1, None)).next
    with pytest.raises(Invalid):
        find_products(index, select(index, asked.filters), asked._replace(cursor=cursor))


@given(st.text(min_size=1, max_size=200))
def test_any_text_may_be_searched_for_and_finds_what_has_its_words(text: str) -> None:
    filters = Filters(words=tuple(query_words(text)))
    found = [each for each in FUZZED.products if matches(each, filters)]
    page = find_products(FUZZED, select(FUZZED, filters), Question(filters, "relevance", 0, 200, None))
    assert sorted(page.ids) == sorted(each.product_id for each in found)


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize(
    "values", [(0, None, "a"), (0, [], "a"), ("0", 1, "a"), (0, "x", 1), (1.5, 1, "a"), (True, 1, "a")]
)
def test_a_forged_cursor_of_other_types_is_refused(sort: str, values: tuple[Any, ...]) -> None:
    question = Question(Filters(), sort, 0, 1, None)
    forged = write_cursor(_listing(question), dict(zip(("rank", "value", "productId"), values, strict=True)))
    with pytest.raises(Invalid):
        find_products(FUZZED, select(FUZZED, Filters()), question._replace(cursor=forged))

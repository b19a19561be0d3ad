"""What the catalogue shows after these events."""

import unicodedata

from projectors.folding import TallyChange, fold
from projectors.models.products import PRODUCTS
from schemas.documents import Document, filters_of, label
from schemas.message import Event
from tests.examples import EXAMPLES, LAMP_ID
from tests.histories import events, recorded

LIGHTING = label(department="Home", category="Lighting")


def lamp_after(*history: Event) -> Document:
    document = fold(PRODUCTS, {}, recorded(history)).documents[LAMP_ID]
    assert document is not None
    return document


def counts_after(*history: Event) -> dict[str, int]:
    counts: dict[str, int] = {}
    for count in fold(PRODUCTS, {}, recorded(history)).tally_changes:
        counts[count.label] = counts.get(count.label, 0) + count.change
    return {name: count for name, count in counts.items() if count}


def test_a_new_product_is_for_sale_at_its_price() -> None:
    lamp = lamp_after(*events("product.created"))
    assert (lamp["name"], lamp["forSale"], lamp["price"]) == (
        "Desk lamp, brass",
        True,
        {"amount": 3499, "currency": "USD"},
    )


def test_it_is_found_by_its_name_brand_category_department_and_description() -> None:
    lamp = lamp_after(*events("product.created", description="Bright, and warm"))
    assert [lamp[words] for words in ("nameWords", "labelWords", "descriptionWords")] == [
        "desk lamp , brass",
        "private lighting home",
        "bright , and warm",
    ]


def test_texts_of_older_rules_are_shown_composed() -> None:
    typed = {name: unicodedata.normalize("NFD", "Crème") for name in ("name", "department", "category", "brand")}
    lamp = lamp_after(*events("product.created", **typed, description="one\r\ntwo"))
    assert [lamp[name] for name in typed] == [unicodedata.normalize("NFC", "Crème")] * 4
    assert lamp["description"] == "one\ntwo"
    assert label(department=lamp["department"]) in PRODUCTS.labels(lamp)


def test_what_stands_after_a_control_character_is_found() -> None:
    assert lamp_after(*events("product.created", name="before\x00after"))["nameWords"] == "before after"


def test_an_update_replaces_all_that_is_said_of_it_but_not_the_price() -> None:
    lamp = lamp_after(*events("product.created", "product.updated"))
    assert (lamp["name"], lamp["brand"], lamp["price"]["amount"]) == ("Desk lamp, polished brass", None, 3499)


def test_a_new_price_is_shown_at_once() -> None:
    assert lamp_after(*events("product.created", "product.price.changed"))["price"]["amount"] == 2999


def test_a_discontinued_product_stays_but_is_no_longer_for_sale() -> None:
    assert lamp_after(*events("product.created", "product.discontinued"))["forSale"] is False


def test_products_for_sale_are_counted_by_department_and_category() -> None:
    home, lighting = label(department="Home"), label(category="Lighting")
    assert counts_after(*events("product.created")) == {label(): 1, home: 1, lighting: 1, LIGHTING: 1}


def test_a_product_that_moves_is_counted_where_it_now_is() -> None:
    moved = EXAMPLES["product.updated"].model_copy(update={"category": "Lamps"})
    counts = counts_after(*events("product.created"), moved)
    assert LIGHTING not in counts
    assert counts[label(department="Home", category="Lamps")] == 1


def test_a_discontinued_product_is_counted_as_such_alone() -> None:
    assert counts_after(*events("product.created", "product.discontinued")) == {label(forSale="false"): 1}


def test_every_count_says_since_when() -> None:
    assert TallyChange(LIGHTING, 1, 1) in fold(PRODUCTS, {}, recorded(events("product.created"))).tally_changes


def test_a_label_is_the_same_whatever_the_order_of_its_filters() -> None:
    assert label(b="x", a="y") == label(a="y", b="x")
    assert filters_of(label(b="x&a=z", a="")) == {"a": "", "b": "x&a=z"}


def rated(*history: Event) -> Document:
    rating: Document = lamp_after(*events("product.created"), *history)["rating"]
    return rating


def reviews(*ratings: int) -> list[Event]:
    return [each for rating in ratings for each in events("review.submitted", rating=rating)]


def test_reviews_give_an_average_of_two_decimals_and_a_histogram() -> None:
    assert rated() == {"average": None, "count": 0, "histogram": [0, 0, 0, 0, 0]}
    assert rated(*reviews(5, 4, 4)) == {"average": 4.33, "count": 3, "histogram": [0, 0, 0, 2, 1]}
    assert rated(*reviews(1, 5, 5, 5, 5, 5, 5, 5))["average"] == 4.5
    assert rated(*reviews(*[1] * 199, 2))["average"] == 1.01  # 1.005 is rounded up


def test_an_edited_a_hidden_and_a_withdrawn_review_count_as_they_now_are() -> None:
    edited = [*reviews(4, 4), *events("review.edited", rating=2, old_rating=4)]
    assert rated(*edited)["histogram"] == [0, 1, 0, 1, 0]
    hidden = [*edited, *events("review.moderated", rating=2, visible=False)]
    assert rated(*hidden) == {"average": 4.0, "count": 1, "histogram": [0, 0, 0, 1, 0]}
    unseen = [*hidden, *events("review.edited", rating=1, old_rating=2, visible=False)]
    assert rated(*unseen) == rated(*hidden)
    shown = [*unseen, *events("review.moderated", rating=1, visible=True)]
    assert rated(*shown)["histogram"] == [1, 0, 0, 1, 0]
    assert rated(*shown, *events("review.withdrawn", rating=1))["histogram"] == [0, 0, 0, 1, 0]
    assert rated(*hidden, *events("review.withdrawn", rating=2, visible=False)) == rated(*hidden)
    assert rated(*hidden, *events("review.submitted", rating=5, visible=False)) == rated(*hidden)


def test_it_is_in_stock_while_a_warehouse_has_it() -> None:
    back = [each for place in ("south", "main") for each in events("stock.replenished", warehouse_id=place)]
    lamp = lamp_after(*events("product.created"), *back)
    assert (lamp["stockedIn"], lamp["inStock"]) == (["main", "south"], True)
    out = [*events("product.created"), *back, *events("stock.out", warehouse_id="main")]
    assert lamp_after(*out)["stockedIn"] == ["south"]
    lamp = lamp_after(*out, *events("stock.out", warehouse_id="south"))
    assert (lamp["stockedIn"], lamp["inStock"]) == ([], False)
    assert lamp_after(*events("product.created"))["inStock"] is False


def test_goods_and_reviews_may_come_before_the_product() -> None:
    early = [*events("stock.replenished"), *reviews(3)]
    assert not lamp_after(*early).keys() & {"name", "forSale"}
    assert counts_after(*early) == {}
    lamp = lamp_after(*early, *events("product.updated", "product.created"))
    assert (lamp["forSale"], lamp["inStock"], lamp["rating"]["count"]) == (True, True, 1)
    assert lamp["name"] == "Desk lamp, brass"
    assert counts_after(*early, *events("product.created"))[label()] == 1

import pytest

from aioutlet.journey.product_names import size, words


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("16 OZ", "16 oz"),
        ("12 PK/12 OZ", "12 x 12 oz"),
        ("10/6.75 OZ", "10 x 6.75 oz"),
        ("L      8 OZ", "8 oz"),
        ("(600) 4 LB", "4 lb"),
        ("14.0 OZ", "14 oz"),
        ("1 CT", "1 piece"),
        ("24 CT", "24 pieces"),
        (".16 OZ", "0.16 oz"),
        ("974246  PK", "974246 pack"),
        ("SCAN KPC", None),
        ("CTN", None),
        ("", None),
        (None, None),
    ],
)
def test_a_size_is_read_as_a_customer_would(raw: str | None, read: str | None) -> None:
    assert size(raw) == read


@pytest.mark.parametrize(("raw", "read"), [("40 LB", None), ("24 CT", None), ("3 LB", "3 lb"), ("16 OZ", "16 oz")])
def test_the_cartons_fruit_came_in_are_no_sizes(raw: str, read: str | None) -> None:
    assert size(raw, department="PRODUCE") == read


def test_a_kind_of_product_may_have_a_name_of_its_own() -> None:
    assert words().name("APPLES", "APPLES GRANNY SMITH (BULK&BAG)") == "Granny Smith Apples"


@pytest.mark.parametrize(
    ("category", "kind", "name"),
    [
        ("FRZN POTATOES", "FRZN ONION RINGS", "Frozen Onion Rings"),
        ("MAGAZINE", "SCIENCE FICTION-MAGAZINE", "Science Fiction Magazine"),
        ("MISC. DAIRY", "DAIRY PRODUCTS (INCLUDING", "Dairy Products"),
        ("COOKIES/CONES", "CONES", "Cookies: Cones"),
    ],
)
def test_any_other_kind_is_spelled_out_word_by_word(category: str, kind: str, name: str) -> None:
    assert words().name(category, kind) in (name, f"{words().category(category)}: {name}")


def test_a_name_says_how_much_of_it() -> None:
    assert words().name("BUTTER", "BUTTER", "1 lb") == "Butter, 1 lb"


def test_no_name_is_ever_empty() -> None:
    assert words().readable("(BULK)") == "(Bulk)"

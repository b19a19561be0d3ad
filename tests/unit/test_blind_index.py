import re

import pytest

from identity.blind_index import BlindIndex, check_address
from schemas.errors import Invalid

INDEX = BlindIndex(b"a root key of the tests, 32 bytes")
ANN = INDEX.of("ann@example.com")


@pytest.mark.parametrize("spelled", ["Ann@Example.COM", " ann@example.com ", "ANN@example.com"])
def test_an_address_has_one_index_however_it_is_spelled(spelled: str) -> None:
    assert INDEX.of(spelled) == ANN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jos\u00e9@example.com", "jose\u0301@example.com"),
        ("jose@b\u00fccher.example", "jose@xn--bcher-kva.example"),
        ("stra\u00dfe@example.com", "STRASSE@example.com"),
    ],
)
def test_letters_of_other_scripts_are_compared_as_they_look(one: str, other: str) -> None:
    assert INDEX.of(one) == INDEX.of(other)


@pytest.mark.parametrize("other", ["an@example.com", "ann@example.org", "ann+shop@example.com", "a.nn@example.com"])
def test_other_addresses_have_other_indices(other: str) -> None:
    assert INDEX.of(other) != ANN


def test_an_index_tells_nothing_and_depends_on_the_key() -> None:
    assert re.fullmatch("[0-9a-f]{64}", ANN)
    assert BlindIndex(b"another key of the tests, 32 byte").of("ann@example.com") != ANN


def test_an_address_keeps_the_case_of_its_person_for_mails() -> None:
    assert check_address("  Jose\u0301.M@EXAMPLE.com ") == "Jos\u00e9.M@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "a b@example.com",
        "Ann <ann@example.com>",
        "ann@127.0.0.1",
        "ann@example.com\r\nBcc: eve@example.com",
        "\ud800@example.com",
        "a" * 65 + "@example.com",
        "ann@example.com" + " " * 300 + "x",
        f"a@{'b.' * 130}example",
    ],
)
def test_what_is_no_address_is_refused_beside_its_field_and_not_repeated(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_address(text, field="newEmail")
    [error] = refused.value.extra["errors"]
    assert (error["field"], error["code"]) == ("newEmail", "not_an_address")
    assert refused.value.__cause__ is None
    with pytest.raises(Invalid):
        INDEX.of(text)

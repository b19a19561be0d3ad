"""By which words a text is found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import SCRIPTS, Form
from text.search_words import query_words, search_words


def finds(query: str, text: str) -> bool:
    return set(query_words(query)) <= set(search_words(text))


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("typed", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_a_text_is_found_in_whichever_form_it_is_typed(stored: Form, typed: Form, name: str) -> None:
    query, text = unicodedata.normalize(typed, name), unicodedata.normalize(stored, name)
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("creme brulee", "Crème Brûlée"),
        ("CRÈME", "crème brûlée"),
        ("pho bo tai", "Phở bò tái"),
        ("đo", "Đỏ"),
        ("do", "Đỏ"),
        ("lodz", "Łódź"),
        ("smorrebrod", "Smørrebrød"),
        ("oeuf", "Œuf"),
        ("strasse", "Straße"),
        ("STRASSE", "straße"),
        ("istanbul", "İstanbul"),
        ("igdir", "Iğdır"),
        ("ΚΑΦΕΣ", "καφές"),
        ("ελληνικος", "Ελληνικός"),
        ("елка", "Ёлка"),
        ("йогурт", "ЙОГУРТ"),
        ("ａｂｃ１２", "abc12"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("m2", "120 m²"),
        ("final", "ﬁnal"),
        ("می خواهم", "می خواهم"),
        ("میخواهم", "می\u200cخواهم"),
        ("naïve", "na\u00adive"),
        ("levi's", "Levi’s"),
        ("lamp", "Lamp™"),
        ("after", "before\x00after"),
        ("after", "before\ufeffafter"),
        ("c++", "C++"),
        ("★", "★★★ hotel soap"),
        ("!!!", "Wow!!!"),
        ("❤", "Mug ❤️"),
        ("👩‍🚀", "👩🚀"),
        ("blue, lamp", "Lamp (blue)"),
        ('-"lamp', "a lamp"),
    ],
)
def test_what_a_reader_would_find(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("काम", "कीमा"),
        ("कीमा", "काम"),
        ("น้ำ", "นา"),
        ("นำ", "น้ำ"),
        ("กิน", "กัน"),
        ("தேன்", "தான"),
        ("ខ្មែរ", "ខមរ"),
        ("カラス", "ガラス"),
        ("はは", "ぱぱ"),
        ("한", "하"),
        ("lam", "lamp"),
        ("lamps", "lamp"),
        ("amp", "lamp"),
        ("blue lamp", "blue vase"),
        ("the", "then"),
    ],
)
def test_what_a_reader_would_not_find(query: str, text: str) -> None:
    assert not finds(query, text)


@given(st.text(min_size=1, max_size=60))
def test_every_text_is_found_by_itself(text: str) -> None:
    assert finds(text, text)


@given(st.text(max_size=60))
def test_words_are_joined_and_split_by_spaces(text: str) -> None:
    words = search_words(text)
    assert " ".join(words).split() == words

import pytest
from zxcvbn.matching import RANKED_DICTIONARIES

from identity.password_strength import MAX_STAND_INS, RATED_LENGTH, STAND_INS, _bounded, check_password
from schemas.errors import Invalid


@pytest.mark.parametrize(
    "text",
    [
        "correct horse battery staple",
        "Tr0ub4dor&3",
        "монгольский пароль",
        "lampe de bureau, été 12",
        "x7#" + "unlikely words, one hundred and twenty-eight of them; ".ljust(125, "k"),
        "@4(3{6[!1|0$5+7%2kettle",
    ],
)
def test_what_is_hard_to_guess_is_accepted(text: str) -> None:
    check_password(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "too_short"),
        ("x7#Kq2!vp", "too_short"),
        ("e\u0301" * 9, "too_short"),
        ("x7#Kq2!vp " * 13, "too_long"),
        ("x" * 70_000, "too_long"),
        ("password123", "too_common"),
        ("p@ssw0rd!!!", "too_common"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "too_common"),
        ("1234567890", "too_common"),
        ("qwertyuiop12", "too_common"),
        ("correct horse \ud800 battery", "not_text"),
    ],
)
def test_another_is_refused_beside_its_field(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(text, field="newPassword")
    [error] = refused.value.extra["errors"]
    assert (error["field"], error["in"], error["code"]) == ("newPassword", "body", code)
    assert error["detail"] == refused.value.detail
    assert not text or text not in repr(refused.value) + repr(refused.value.extra)


@pytest.mark.parametrize("text", ["wilhelmina.pemberton", "pemberton2026", "Wilhelmina@Pemberton.example"])
def test_what_is_known_of_the_person_is_no_password(text: str) -> None:
    check_password(f"{text} kettle")
    with pytest.raises(Invalid):
        check_password(text, personal=["wilhelmina@pemberton.example", "Wilhelmina", "Pemberton"])


def test_what_is_known_of_the_person_is_not_kept() -> None:
    check_password("correct horse battery staple", personal=["wilhelmina@pemberton.example"])
    with pytest.raises(Invalid):
        check_password("password123", personal=["wilhelmina@pemberton.example"])
    assert RANKED_DICTIONARIES["user_inputs"] == {}


def test_what_is_rated_is_bounded() -> None:
    rated = _bounded("".join(sorted(STAND_INS)) + "word" * 30)
    assert len(rated) == RATED_LENGTH
    assert len(STAND_INS & set(rated)) == MAX_STAND_INS

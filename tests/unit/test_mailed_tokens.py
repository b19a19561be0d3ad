import re

import pytest

from identity.mailed_tokens import MailedTokens
from schemas.errors import TokenNotValid

TOKENS = MailedTokens(b"a root key of the tests, 32 bytes")
IDS = ("019c6a00-1111-7000-8000-000000000001", "v-7")
TOKEN = TOKENS.issue("verify-email", *IDS)


def test_a_token_gives_the_ids_it_was_made_of() -> None:
    assert TOKENS.read("verify-email", TOKEN) == IDS
    assert TOKENS.issue("verify-email", *IDS) == TOKEN


def test_a_token_needs_no_escape_in_a_link() -> None:
    assert re.fullmatch(r"[A-Za-z0-9._~-]{40,512}", TOKEN)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "~",
        "~~",
        "v-7",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN.replace("v-7", "v-8"),
        TOKEN.replace("~v-7", ""),
        f"more~{TOKEN}",
        TOKENS.issue("password-reset", *IDS),
        MailedTokens(b"another key of the tests, 32 byte").issue("verify-email", *IDS),
        "é~" + "A" * 43,
        "\ud800~\ud800",
        "A" * 100_000 + "~" + "A" * 43,
    ],
)
def test_every_other_token_is_refused_with_the_same_words(token: str) -> None:
    with pytest.raises(TokenNotValid, match=r"^the token is not valid$"):
        TOKENS.read("verify-email", token)


@pytest.mark.parametrize("ids", [(), ("",), ("a~b",)])
def test_a_token_is_made_of_ids_only(ids: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="ids"):
        TOKENS.issue("verify-email", *ids)
